/** Infers settings from the shapes of a model's tensors, and completes them with defaults. */
import { FormatError } from '../../../datasets/formats/format-error';
import { carriedStates } from '../../family/config';
import type { Family } from '../../family/families';
import { families, familyNames } from '../../family/families';
import { weightNames } from '../../family/weights';
import { familyByArchitecture } from '../reference-config';
import type { SettingName, Settings } from './settings';
import type { Tensors } from './weights-file';

/** Of the model's positions (P + S), where a tensor has a row for each. */
interface InferredSettings {
  readonly settings: Settings;
  readonly positions: number | undefined;
}

/** @throws FormatError when there is no embedding of tokens: then this is another kind of model */
export function inferSettings(tensors: Tensors, file: string): InferredSettings {
  const shapeOf = (name: string) => tensors.get(name)?.shape ?? [];
  const [vocab_size, hidden_size] = shapeOf(weightNames.embedTokens);
  if (hidden_size === undefined)
    throw new FormatError(
      file,
      `a model of the lab's family, with ${weightNames.embedTokens}`,
      [...tensors.keys()].slice(0, 3).join(', ').slice(0, 150),
    );
  const [num_puzzle_identifiers = 1, puzzle_emb_ndim = 0] = shapeOf(weightNames.puzzleTable);
  const [across] = [...tensors]
    .filter(([name]) => name.endsWith('.mlp_t.gate_up_proj.weight'))
    .map(([, { shape }]) => shape[1]);
  const mlp_t = across !== undefined;
  const [learned] = shapeOf(weightNames.embedPositions);
  const layers = { H_layers: layersOf(tensors, 'H'), L_layers: layersOf(tensors, 'L') };
  return {
    settings: {
      name: families[inferFamily(tensors, layers)].reference.architectures[0],
      vocab_size,
      hidden_size,
      num_puzzle_identifiers,
      puzzle_emb_ndim,
      mlp_t,
      ...layers,
      ...(learned !== undefined ? { pos_encodings: 'learned' } : mlp_t && { pos_encodings: 'none' }),
    },
    positions: across ?? learned,
  };
}

const layersOf = (tensors: Tensors, level: 'H' | 'L'): number =>
  new Set(
    [...tensors.keys()]
      .map((name) => new RegExp(`\\.${level}_level\\.layers\\.(\\d+)\\.`, 'u').exec(name)?.[1])
      .filter((layer) => layer !== undefined),
  ).size;

interface Layers {
  readonly H_layers: number;
  readonly L_layers: number;
}

/** By its networks, then by its states. Two networks are taken for HRM's: a TRM with separate networks must say so. */
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
} as const satisfies Settings;
/** Defaults of the reference's code for this architecture. */
function referenceDefaults(name: string | undefined): Settings {
  const family = familyByArchitecture(name ?? '');
  return family ? families[family].reference.defaults : {};
}

interface Completed {
  readonly settings: Settings;
  /** Settings that were set to their defaults. */
  readonly assumed: readonly SettingName[];
}

/** Given settings take precedence over inferred ones, and both over defaults. */
export function completeSettings(given: Settings, { settings: inferred, positions }: InferredSettings): Completed {
  const known: Settings = { ...inferred, ...given };
  const defaults = { ...defaultSettings, ...referenceDefaults(known.name) };
  const front = known.puzzle_emb_ndim === 0 ? { puzzle_emb_len: 0 } : frontOf(known, positions);
  const taken: Settings = {
    ...defaults,
    ...front,
    ...(known.mlp_t && { num_heads: 1 }),
    ...known,
  };
  const all = { ...taken, ...sequenceOf(taken, positions), ...(known.puzzle_emb_ndim === 0 && { puzzle_emb_len: 0 }) };
  const assumed = (Object.keys(defaults) as SettingName[]).filter((name) => !(name in known) && !(name in front));
  return { settings: all, assumed };
}

/** P = positions − S, where both are known. */
const frontOf = ({ seq_len }: Settings, positions: number | undefined): Settings =>
  seq_len !== undefined && positions !== undefined && positions > seq_len
    ? { puzzle_emb_len: positions - seq_len }
    : {};

/** S = positions − P */
function sequenceOf(settings: Settings, positions: number | undefined): Settings {
  const { seq_len, puzzle_emb_len, puzzle_emb_ndim = 0, hidden_size = 1 } = settings;
  if (seq_len !== undefined || positions === undefined) return {};
  return { seq_len: positions - (puzzle_emb_len || Math.ceil(puzzle_emb_ndim / hidden_size)) };
}

/** Required settings that are neither given nor inferred. */
export function missingSettings(settings: Settings): SettingName[] {
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
