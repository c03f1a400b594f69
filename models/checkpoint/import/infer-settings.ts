/** Infers settings from the shapes of a model's tensors, and completes them with defaults. */
import { FormatError } from '../../../datasets/formats/format-error';
import { message } from '../../../renderer/messages/message';
import { carriedStates } from '../../family/config';
import type { Family } from '../../family/families';
import { families, familyNames } from '../../family/families';
import { weightNames } from '../../family/weights';
import { familyByArchitecture } from '../reference-config';
import type { SettingName, ImportSettings } from './import-settings';
import type { Tensors } from './weights-file';

interface InferredSettings {
  readonly settings: ImportSettings;
  /** Positions of the model (P + S), where a tensor has a row for each. */
  readonly positions: number | undefined;
}

/** @throws FormatError when there is no embedding of tokens, so that it is another kind of model */
export function inferSettings(tensors: Tensors, file: string): InferredSettings {
  const layers = { H_layers: countLayers(tensors, 'H'), L_layers: countLayers(tensors, 'L') };
  const { positions, ...encoding } = inferPositions(tensors);
  return {
    settings: {
      name: families[inferFamily(tensors, layers)].reference.architectures[0],
      ...inferEmbeddingSizes(tensors, file),
      ...layers,
      ...encoding,
    },
    positions,
  };
}

const shapeOf = (tensors: Tensors, name: string): readonly number[] => tensors.get(name)?.shape ?? [];

/** Sizes of the embeddings of tokens and puzzles. @throws FormatError when there is no embedding of tokens */
function inferEmbeddingSizes(tensors: Tensors, file: string): ImportSettings {
  const [vocab_size, hidden_size] = shapeOf(tensors, weightNames.embedTokens);
  if (hidden_size === undefined)
    throw new FormatError(
      file,
      message('checkpoint.tensor.embedding', { name: weightNames.embedTokens }),
      [...tensors.keys()].slice(0, 3).join(', ').slice(0, 150),
    );
  const [num_puzzle_identifiers = 1, puzzle_emb_ndim = 0] = shapeOf(tensors, weightNames.puzzleTable);
  return { vocab_size, hidden_size, num_puzzle_identifiers, puzzle_emb_ndim };
}

/** How positions are mixed and encoded, and how many there are where a tensor shows it. */
function inferPositions(tensors: Tensors) {
  const [mixed] = [...tensors]
    .filter(([name]) => name.endsWith('.mlp_t.gate_up_proj.weight'))
    .map(([, { shape }]) => shape[1]);
  const [learned] = shapeOf(tensors, weightNames.embedPositions);
  const mlp_t = mixed !== undefined;
  return {
    mlp_t,
    ...(learned !== undefined ? { pos_encodings: 'learned' } : mlp_t && { pos_encodings: 'none' }),
    positions: mixed ?? learned,
  };
}

const countLayers = (tensors: Tensors, level: 'H' | 'L'): number =>
  new Set(
    [...tensors.keys()]
      .map((name) => new RegExp(`\\.${level}_level\\.layers\\.(\\d+)\\.`, 'u').exec(name)?.[1])
      .filter((layer) => layer !== undefined),
  ).size;

interface Layers {
  readonly H_layers: number;
  readonly L_layers: number;
}

/** Infers the family from its networks, then from its states. Two networks mean HRM: a TRM with separate networks needs a config that says so. */
function inferFamily(tensors: Tensors, { H_layers, L_layers }: Layers): Family {
  const hasL = L_layers > 0;
  const hasH = H_layers > 0 || !hasL;
  const candidates = familyNames.filter((name) => {
    const { networks } = families[name];
    return networks.includes('H') === hasH && networks.includes('L') === hasL;
  });
  const hasAnswer = tensors.has(weightNames.hInit);
  const fitting = candidates.find((family) => carriedStates({ family }).includes('zH') === hasAnswer);
  return fitting ?? candidates[0]!;
}

/** Defaults for settings that only affect training, or are the same in every published model. */
const defaultSettings = {
  loss: { loss_type: 'stablemax_cross_entropy' },
  halt_exploration_prob: 0.1,
  expansion: 4,
} as const satisfies ImportSettings;

/** Defaults of the reference's code for this architecture. */
function referenceDefaults(name: string | undefined): ImportSettings {
  const family = familyByArchitecture(name ?? '');
  return family ? families[family].reference.defaults : {};
}

interface CompletedSettings {
  readonly settings: ImportSettings;
  /** Settings with default values. */
  readonly assumed: readonly SettingName[];
}

/** Given settings take precedence over inferred ones, and both over defaults. */
export function completeSettings(
  given: ImportSettings,
  { settings: inferred, positions }: InferredSettings,
): CompletedSettings {
  const known: ImportSettings = { ...inferred, ...given };
  const defaults = { ...defaultSettings, ...referenceDefaults(known.name) };
  const hasNoPuzzles = known.puzzle_emb_ndim === 0;
  const puzzlePositions = hasNoPuzzles ? { puzzle_emb_len: 0 } : inferPuzzlePositions(known, positions);
  const merged: ImportSettings = { ...defaults, ...puzzlePositions, ...(known.mlp_t && { num_heads: 1 }), ...known };
  const settings = {
    ...merged,
    ...inferSequenceLength(merged, positions),
    ...(hasNoPuzzles && { puzzle_emb_len: 0 }),
  };
  const isAssumed = (name: SettingName) => !(name in known) && !(name in puzzlePositions);
  return { settings, assumed: (Object.keys(defaults) as SettingName[]).filter(isAssumed) };
}

/** P = positions − S, where both are known. */
const inferPuzzlePositions = ({ seq_len }: ImportSettings, positions: number | undefined): ImportSettings =>
  seq_len !== undefined && positions !== undefined && positions > seq_len
    ? { puzzle_emb_len: positions - seq_len }
    : {};

/** S = positions − P */
function inferSequenceLength(settings: ImportSettings, positions: number | undefined): ImportSettings {
  const { seq_len, puzzle_emb_len, puzzle_emb_ndim = 0, hidden_size = 1 } = settings;
  if (seq_len !== undefined || positions === undefined) return {};
  return { seq_len: positions - (puzzle_emb_len || Math.ceil(puzzle_emb_ndim / hidden_size)) };
}

/** Required settings that are neither given nor inferred. */
export function missingSettings(settings: ImportSettings): SettingName[] {
  const family = familyByArchitecture(settings.name ?? '');
  const needed: readonly SettingName[] = [
    'seq_len',
    'num_heads',
    'pos_encodings',
    'H_cycles',
    ...(family && !families[family].hasCycles ? [] : (['L_cycles'] as const)),
    'halt_max_steps',
  ];
  return needed.filter((name) => settings[name] === undefined);
}
