/** Imports a model: reads its weights and settings, completes the settings, and checks them against each other. */
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FormatError } from '../../../datasets/formats/format-error';
import { message, MessageError, type Message, type Text } from '../../../renderer/messages/message';
import type { ModelConfig } from '../../family/config';
import { checkConfig, ConfigError, RMS_NORM_EPSILON, ROPE_BASE } from '../../family/config';
import { weightNames, type ModelState } from '../../family/weights';
import type { OptimiserState } from '../../optim/optimiser';
import { readState, tensorSpecs } from '../model-tensors';
import type { ReferenceArch } from '../reference-config';
import { fromReference } from '../reference-config';
import { formatShape } from '../safetensors';
import { areWeightsChanged } from '../weights-hash';
import type { SettingName, ImportSettings, CompleteSettings } from './import-settings';
import {
  findJobSettingsFile,
  findSettingsFile,
  isChangedSettingsFile,
  readSettings,
  readSettingsFile,
} from './import-settings';
import { describeNearbySizes, findNearbySizes } from './companion-files';
import { completeSettings, missingSettings, inferSettings } from './infer-settings';
import { importIdentifiers } from './identifier-import';
import { importOptimiser } from './optimiser-import';
import { readTraining, type Provenance } from './provenance';
import { isNanoTrm, readHyperParameters, renameNanoTrm } from './nano-trm';
import type { Tensors } from './weights-file';
import { findWeights, stepName, stripPrefixes, readWeights, trainingStateFile, type TensorFile } from './weights-file';

export interface ImportedModel {
  readonly config: ModelConfig;
  readonly state: ModelState;
  readonly name: string;
  /** The file of weights, and the config file if there is one. */
  readonly weightsFile: string;
  readonly configFile: string | null;
  /** What the config says about the training of these weights; empty where they were changed since. */
  readonly provenance: Provenance;
  /** Names of the puzzles by row of the puzzle embeddings, where a file has them. */
  readonly identifiers?: readonly string[];
  /** Where the trainer has saved it, or it was exported with the weights. */
  readonly optimiser?: OptimiserState;
  /** Sentences about choices, default values and conversions. */
  readonly notes: readonly Message[];
}

export interface ImportOptions {
  /** A config file; by default the one beside the weights. */
  readonly configFile?: string;
  /** Settings under the reference's names, as in a config file; they take precedence over those of a file. */
  readonly settings?: unknown;
  /** Cells of the puzzles of a known kind, for weights that do not determine them. */
  readonly cells?: number;
}

/** Required settings are missing. */
export class MissingConfigError extends MessageError<'checkpoint.import.missingSettings'> {
  override readonly name = 'MissingConfigError';

  constructor(
    file: string,
    readonly missing: readonly SettingName[],
    readonly known: ImportSettings,
  ) {
    const { vocab_size, hidden_size, H_layers, L_layers } = known;
    super('checkpoint.import.missingSettings', {
      file,
      settings: missing,
      vocabulary: String(vocab_size),
      width: String(hidden_size),
      hLayers: String(H_layers),
      lLayers: String(L_layers),
    });
  }
}

/**
 * Imports a PyTorch checkpoint or a safetensors file, or a folder with one.
 * @throws FormatError for damaged or hostile files and for tensors that do not match the settings
 * @throws MissingConfigError when settings are missing; call again with `settings`
 * @throws ConfigError for a model that the lab does not support
 */
export async function importModel(path: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const { path: weightsFile, name, notes } = await findWeights(path);
  const file = basename(weightsFile);
  const weights = await readWeights(weightsFile);
  const plain = stripPrefixes(weights.tensors, file);
  const isNano = isNanoTrm(plain);
  const rename = isNano ? renameNanoTrm : (own: Tensors) => own;
  const tensors = rename(plain);
  const { settingsFile, isOfJob } = locateSettings(weightsFile, options);
  const { settings, cells } = options;
  const stored: ImportSettings = {
    ...(isNano && readHyperParameters(weights.hyperParameters, file)),
    ...(settingsFile !== null && (await readSettingsFile(settingsFile))),
  };
  const given = { ...stored, ...(settings !== undefined && readSettings(settings, 'settings')) };
  const vocabulary = tensors.get(weightNames.embedTokens)?.shape[0];
  const nearby =
    given.seq_len === undefined ? await findNearbySizes(weightsFile, { settingsFile, vocabulary, cells }) : null;
  const withNearby = (some: ImportSettings) => ({ ...(nearby && { seq_len: nearby.seq_len }), ...some });
  // Given settings and those of a file are merged, and the sizes are those of the weights.
  const source = settingsFile === null || settings !== undefined ? file : basename(settingsFile);
  const resolve = (some: ImportSettings) => resolveConfig(withNearby(some), tensors, { file, cells });
  const { config, assumed } = inFile(source, () => resolve(given));
  const state = readCheckedState(config, tensors, file);
  const isChanged = await areWeightsChanged(weightsFile, isOfJob ? null : settingsFile);
  const changes = await describeChange(settingsFile);
  const isOtherModel = changes.length > 0 || (settings !== undefined && !isSame(config, () => resolve(stored).config));
  const { notes: identifierNotes, ...named } = await importIdentifiers(weightsFile, settingsFile, config);
  const { notes: optimiserNotes, ...trained } = await importOptimiser({
    ...{ weightsFile, config, state, stored: weights.optimiser },
    rename: (own) => rename(stripPrefixes(own, file)),
  });
  const training = await readTraining(isChanged || isOfJob ? null : settingsFile, isOtherModel);
  return {
    config,
    state,
    name,
    weightsFile,
    configFile: settingsFile,
    provenance: training.provenance,
    ...named,
    ...trained,
    notes: [
      ...notes,
      ...changes,
      ...training.notes,
      ...describeNearbySizes(nearby, weightsFile),
      ...(isOfJob ? [message('checkpoint.import.jobSettings', { file: basename(settingsFile) })] : []),
      ...(isChanged ? [message('checkpoint.import.changedWeights', { file })] : []),
      ...describeAverages(weights),
      ...optimiserNotes,
      ...identifierNotes,
      ...describePassedOver(weights),
      ...describeDefaults(assumed),
      ...describeConversions(tensors),
    ],
  };
}

type LocatedSettings =
  | { readonly settingsFile: string | null; readonly isOfJob: false }
  /** Settings of the weights that the trainer of a cluster job has continued from. */
  | { readonly settingsFile: string; readonly isOfJob: true };

function locateSettings(weightsFile: string, { configFile, settings }: ImportOptions): LocatedSettings {
  const beside = configFile ?? findSettingsFile(weightsFile);
  const file = basename(weightsFile);
  const isOfTrainer = (stepName.test(file) || file === trainingStateFile) && settings === undefined;
  const ofJob = beside === null && isOfTrainer ? findJobSettingsFile(weightsFile) : null;
  return ofJob === null ? { settingsFile: beside, isOfJob: false } : { settingsFile: ofJob, isOfJob: true };
}

/** Whether the settings of a file alone make the same model. */
function isSame(config: ModelConfig, resolveStored: () => ModelConfig): boolean {
  try {
    return isDeepStrictEqual(config, resolveStored());
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return false;
  }
}

/** Adds the name of the file to errors of its settings. @throws ConfigError */
function inFile<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError('checkpoint.fileError', { file, reason: error.text });
  }
}

interface ResolvedConfig {
  readonly config: ModelConfig;
  readonly assumed: readonly string[];
}

function resolveConfig(
  given: ImportSettings,
  tensors: Tensors,
  { file, cells }: { readonly file: string; readonly cells: number | undefined },
): ResolvedConfig {
  const { settings: completed, assumed } = completeSettings(given, inferSettings(tensors, file));
  const settings = { ...completed, seq_len: completed.seq_len ?? cells };
  const missing = missingSettings(settings);
  if (missing.length > 0) throw new MissingConfigError(file, missing, settings);
  const { rms_norm_eps = RMS_NORM_EPSILON, rope_theta = ROPE_BASE } = settings;
  requireFixed('rms_norm_eps', rms_norm_eps, RMS_NORM_EPSILON);
  requireFixed('rope_theta', rope_theta, ROPE_BASE);
  // Complete: missing settings are an error above, the others are inferred or have defaults.
  const { seq_len, vocab_size, num_puzzle_identifiers, ...arch } = settings as CompleteSettings;
  const sizes = { seqLen: seq_len, vocabSize: vocab_size, numPuzzleIdentifiers: num_puzzle_identifiers };
  const config = fromReference(arch as unknown as ReferenceArch, sizes);
  checkConfig(config);
  return { config, assumed };
}

/** @throws ConfigError for a setting that the lab cannot change */
function requireFixed(setting: SettingName, value: number, expected: number): void {
  if (value !== expected)
    throw new ConfigError('config.fixedSetting', { setting, expected: String(expected), value: String(value) });
}

/** Returns the tensors. @throws FormatError unless they are exactly those of the model, with its shapes and finite values */
function readCheckedState(config: ModelConfig, tensors: Tensors, file: string): ModelState {
  const specs = tensorSpecs(config);
  for (const { name, shape } of specs) {
    const found = tensors.get(name);
    const refuse = (expected: Message, actual: Text) => new FormatError(`${file}, ${name}`, expected, actual);
    const required = message('checkpoint.tensor.requiredShape', { shape: formatShape(shape) });
    if (!found) throw refuse(required, message('checkpoint.tensor.missing'));
    if (found.shape.join() !== shape.join()) throw refuse(required, formatShape(found.shape));
    if (!isFloat(found.values))
      throw refuse(message('checkpoint.tensor.floats'), message('checkpoint.tensor.integers'));
    if (!found.values.every(Number.isFinite))
      throw refuse(message('checkpoint.tensor.finite'), message('checkpoint.tensor.nonFinite'));
  }
  const expected = new Set(specs.map(({ name }) => name));
  const unexpected = [...tensors.keys()].find((name) => !expected.has(name));
  if (unexpected !== undefined)
    throw new FormatError(file, message('checkpoint.tensor.onlyRequired'), unexpected.slice(0, 100));
  const narrowed = [...tensors].map(
    ([name, { shape, values }]) =>
      [name, { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) }] as const,
  );
  return readState(config, { tensors: new Map(narrowed), metadata: {} });
}

const isFloat = (values: unknown): values is Float32Array | Float64Array =>
  values instanceof Float32Array || values instanceof Float64Array;

const describeChange = async (settingsFile: string | null): Promise<Message[]> =>
  settingsFile !== null && (await isChangedSettingsFile(settingsFile))
    ? [message('checkpoint.folder.changed', { files: [basename(settingsFile)] })]
    : [];

const describeAverages = ({ averaged, tensors }: TensorFile): Message[] =>
  averaged > 0 ? [message('checkpoint.import.averages', { averaged, total: tensors.size })] : [];

/** A trainer's options may have many classes. */
const MAX_NAMED = 4;

const describePassedOver = ({ passedOver }: TensorFile): Message[] =>
  passedOver.length > 0
    ? [
        message('checkpoint.import.passedOver', {
          classes: passedOver.slice(0, MAX_NAMED).map((name) => name.slice(0, 100)),
        }),
      ]
    : [];

const describeDefaults = (assumed: readonly string[]): Message[] =>
  assumed.length > 0 ? [message('checkpoint.import.assumed', { settings: assumed })] : [];

function describeConversions(tensors: Tensors): Message[] {
  const rounded = [...tensors.values()].filter(({ values }) => values instanceof Float64Array).length;
  return rounded > 0 ? [message('checkpoint.import.rounded', { rounded, total: tensors.size })] : [];
}
