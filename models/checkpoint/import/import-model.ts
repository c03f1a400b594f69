/** Imports a model: reads its weights and settings, completes the settings, and checks them against each other. */
import { basename } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import type { ModelConfig } from '../../family/config';
import { checkConfig, ConfigError, RMS_NORM_EPSILON, ROPE_BASE } from '../../family/config';
import type { ModelState } from '../../family/weights';
import { readState, tensorSpecs } from '../model-folder';
import type { ReferenceArch } from '../reference-config';
import { fromReference } from '../reference-config';
import type { SettingName, ImportSettings, CompleteSettings } from './import-settings';
import { readSettings, readSettingsFile, findSettingsFile } from './import-settings';
import { completeSettings, missingSettings, inferSettings } from './infer-settings';
import type { Tensors } from './weights-file';
import { findWeights, stripPrefixes, readWeights, type TensorFile } from './weights-file';

export interface ImportedModel {
  readonly config: ModelConfig;
  readonly state: ModelState;
  readonly name: string;
  /** The file of weights that was read, and the config, where there was one. */
  readonly weightsFile: string;
  readonly configFile: string | null;
  /** Sentences on what was chosen, assumed or converted. */
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** A config file; when absent the one beside the weights, where there is one. */
  readonly configFile?: string;
  /** Settings under the reference's names, as a config file would hold them; they count before those of a file. */
  readonly settings?: unknown;
}

/** Settings are missing: which, and which are known. */
export class MissingConfigError extends Error {
  override readonly name = 'MissingConfigError';

  constructor(
    file: string,
    readonly missing: readonly SettingName[],
    readonly known: ImportSettings,
  ) {
    const { vocab_size, hidden_size, H_layers, L_layers } = known;
    const shown = `vocabulary ${vocab_size}, width ${hidden_size}, layers H ${H_layers} L ${L_layers}`;
    super(
      new FormatError(file, `a config beside it that says ${missing.join(', ')}`, `only what else is known (${shown})`)
        .message,
    );
  }
}

/**
 * From a checkpoint of PyTorch's or a safetensors file, or a folder with one.
 * @throws FormatError for damaged or hostile files and for tensors that do not fit the settings
 * @throws MissingConfigError when settings are missing; call again with `settings`
 * @throws ConfigError for a model that the lab cannot run
 */
export async function importModel(path: string, { configFile, settings }: ImportOptions = {}): Promise<ImportedModel> {
  const { path: weightsFile, name, notes } = await findWeights(path);
  const file = basename(weightsFile);
  const weights = await readWeights(weightsFile);
  const tensors = stripPrefixes(weights.tensors, file);
  const settingsFile = configFile ?? findSettingsFile(weightsFile);
  const given: ImportSettings = {
    ...(settingsFile !== null && (await readSettingsFile(settingsFile))),
    ...(settings !== undefined && readSettings(settings, 'settings')),
  };
  const { config, assumed } = resolveConfig(given, tensors, file);
  const state = readCheckedState(config, tensors, file);
  return {
    config,
    state,
    name,
    weightsFile,
    configFile: settingsFile,
    notes: [...notes, ...describeAverages(weights), ...describeDefaults(assumed), ...describeConversions(tensors)],
  };
}

interface ResolvedConfig {
  readonly config: ModelConfig;
  readonly assumed: readonly string[];
}

function resolveConfig(given: ImportSettings, tensors: Tensors, file: string): ResolvedConfig {
  const { settings, assumed } = completeSettings(given, inferSettings(tensors, file));
  const missing = missingSettings(settings);
  if (missing.length > 0) throw new MissingConfigError(file, missing, settings);
  const { rms_norm_eps = RMS_NORM_EPSILON, rope_theta = ROPE_BASE } = settings;
  if (rms_norm_eps !== RMS_NORM_EPSILON)
    throw new ConfigError(`rms_norm_eps must be ${RMS_NORM_EPSILON}, not ${rms_norm_eps}`);
  if (rope_theta !== ROPE_BASE) throw new ConfigError(`rope_theta must be ${ROPE_BASE}, not ${rope_theta}`);
  // Complete: missing settings were found above, the others are inferred or have defaults.
  const { seq_len, vocab_size, num_puzzle_identifiers, ...arch } = settings as CompleteSettings;
  const sizes = { seqLen: seq_len, vocabSize: vocab_size, numPuzzleIdentifiers: num_puzzle_identifiers };
  const config = fromReference(arch as unknown as ReferenceArch, sizes);
  checkConfig(config);
  return { config, assumed };
}

/** Checks that the tensors are exactly those of the model, in its shapes and finite, and returns them. */
function readCheckedState(config: ModelConfig, tensors: Tensors, file: string): ModelState {
  const specs = tensorSpecs(config);
  for (const { name, shape } of specs) {
    const found = tensors.get(name);
    if (!found)
      throw new FormatError(`${file}, ${name}`, `[${shape.join(', ')}], as the settings ask for`, 'no such tensor');
    if (found.shape.join() !== shape.join())
      throw new FormatError(
        `${file}, ${name}`,
        `[${shape.join(', ')}], as the settings ask for`,
        `[${found.shape.join(', ')}]`,
      );
    if (!isFractional(found.values)) throw new FormatError(`${file}, ${name}`, 'fractions', 'whole numbers');
    if (!found.values.every(Number.isFinite))
      throw new FormatError(`${file}, ${name}`, 'finite numbers', 'others among them');
  }
  const expected = new Set(specs.map(({ name }) => name));
  const stranger = [...tensors.keys()].find((name) => !expected.has(name));
  if (stranger !== undefined)
    throw new FormatError(file, 'only tensors that the settings ask for', stranger.slice(0, 100));
  const narrowed = [...tensors].map(
    ([name, { shape, values }]) =>
      [name, { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) }] as const,
  );
  return readState(config, { tensors: new Map(narrowed), metadata: {} });
}

const isFractional = (values: unknown): values is Float32Array | Float64Array =>
  values instanceof Float32Array || values instanceof Float64Array;

const describeAverages = ({ averaged, tensors }: TensorFile): string[] =>
  averaged > 0
    ? [`${averaged} of ${tensors.size} tensors are the averages (EMA) that the trainer kept beside them.`]
    : [];

const describeDefaults = (assumed: readonly string[]): string[] =>
  assumed.length > 0 ? [`Not said by a config and taken as usual: ${assumed.join(', ')}.`] : [];

function describeConversions(tensors: Tensors): string[] {
  const wide = [...tensors.values()].filter(({ values }) => values instanceof Float64Array).length;
  return wide > 0 ? [`${wide} of ${tensors.size} tensors were rounded from float64 to float32.`] : [];
}
