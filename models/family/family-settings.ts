/** What changes in the settings of a model when another family is chosen, so that the combination is valid. */
import type { ModelConfig } from './config';
import { families, isGridMixer, type Family } from './families';

type Settings = Pick<
  ModelConfig,
  'mlpT' | 'posEncodings' | 'hLayers' | 'lLayers' | 'lCycles' | 'separateNetworks' | 'oneStepGradient'
>;

/** Changes of the settings of a model of another family. */
export function settingsForFamily(family: Family, model: Settings): Partial<ModelConfig> {
  const { mixers, variants, hasCycles, networks, preset } = families[family];
  const mlpT = model.mlpT && mixers.includes('mlp');
  const layers = model.lLayers || model.hLayers;
  return {
    mlpT,
    posEncodings: positionsFor(family, { ...model, mlpT }),
    separateNetworks: model.separateNetworks && variants.includes('separateNetworks'),
    oneStepGradient: model.oneStepGradient && variants.includes('oneStepGradient'),
    ...(networks.includes('H') && { hLayers: model.hLayers || layers }),
    ...(hasCycles && { lLayers: layers, lCycles: model.lCycles || 1 }),
    ...preset?.model,
  };
}

/** Attention without positions cannot tell the cells apart; layers for square grids have none. */
function positionsFor(family: Family, { mlpT, posEncodings }: Settings): ModelConfig['posEncodings'] {
  const { mixers, hasSymbolVectors } = families[family];
  if (hasSymbolVectors || mixers.some(isGridMixer)) return 'none';
  return !mlpT && posEncodings === 'none' ? 'learned' : posEncodings;
}
