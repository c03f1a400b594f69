/** Describes presets and model families for the window: their settings, and what they can do. */
import { datasetSpecs } from '../../datasets/catalog';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { getKind } from '../../datasets/kinds/registry';
import { families, type Family } from '../../models/family/families';
import { settingsForFamily } from '../../models/family/family-settings';
import { weightLayout } from '../../models/family/weights';
import { createRunConfig, presets, type Preset } from '../../models/presets/presets';
import { isFailure, presetResults } from '../../models/presets/results';
import { pickSettings, readSettings } from '../../models/train/run-settings';
import type { FamilyInfo, Preset as PresetInfo } from '../contract/app-info';

export function describePreset(preset: Preset): PresetInfo {
  const configs = datasetSpecs.map((spec) => ({ dataset: spec.id, ...configFor(preset, getKind(spec.kind)) }));
  const { model, batchSize } = configs[0]!;
  const parameters = Object.fromEntries(
    configs.map(({ dataset, model: sized }) => [dataset, weightLayout(sized).size]),
  );
  const { id, name, summary, family } = preset;
  const { hiddenSize, hCycles, lCycles, haltMaxSteps } = model;
  const { maxSteps, extraClues = 0, curriculum = [] } = preset.run;
  return {
    ...{ id, name, summary, family, parameters, hiddenSize, hCycles, lCycles, haltMaxSteps, batchSize, maxSteps },
    extraClues,
    hasCurriculum: curriculum.length > 0,
    settings: readSettings({ ...preset.run, model }),
    results: presetResults.flatMap(({ preset: of, ...result }) =>
      of === id ? [{ ...result, isFailure: isFailure(result) }] : [],
    ),
  };
}

function configFor(preset: Preset, { rows, columns, symbols }: PuzzleKind) {
  return createRunConfig(preset, { seqLen: rows * columns, vocabSize: symbols.length, seed: 0, maxSeconds: 1 });
}

export function describeFamily(id: Family): FamilyInfo {
  const { hasCycles, networks, mixers, variants } = families[id];
  const settings = presets.map((preset) => {
    const { model } = preset.run;
    return [preset.id, model.family === id ? {} : pickSettings(settingsForFamily(id, model))];
  });
  return {
    id,
    hasCycles,
    hasHNetwork: networks.includes('H'),
    canUseMlp: mixers.includes('mlp'),
    canUseOther: mixers.some((mixer) => mixer !== 'mlp'),
    hasAttention: mixers.includes('attention'),
    hasVariants: variants.length > 0,
    settings: Object.fromEntries(settings),
  };
}
