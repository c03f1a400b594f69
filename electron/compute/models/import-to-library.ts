/** Imports a model from a file or folder into the library. */
import { basename } from 'node:path';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { detectKindsByShape, getKind } from '../../../datasets/kinds/registry';
import type { ModelCard, Published } from '../../../models/checkpoint/model-card';
import {
  importModel,
  MissingConfigError,
  type ImportedModel,
  type ImportOptions,
} from '../../../models/checkpoint/import/import-model';
import { ConfigError, familyLabel, forCells, type ModelConfig } from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';
import type { Message } from '../../../renderer/messages/message';
import type { Input, Model, Output } from '../../contract/contract';
import type { ModelLibrary } from './library';

interface ImportAs {
  /** The id of the new model; derived from its name by default. */
  readonly id?: string;
  /** The command that creates the model. */
  readonly command?: string;
  readonly published?: Published;
}

/**
 * Saves a model under a new id. On an error nothing is written.
 * @throws FormatError; MissingConfigError; ConfigError for a model that the lab does not support
 */
export async function addToLibrary(
  library: ModelLibrary,
  { path, name, kind, configFile, settings }: Input<'importModel'>,
  { id: chosenId, ...origin }: ImportAs = {},
): Promise<{ readonly model: Model; readonly notes: Message[] }> {
  const options: ImportOptions = {
    ...(configFile && { configFile }),
    ...(settings && { settings }),
    ...(kind !== undefined && { cells: countCells(kind) }),
  };
  const imported = await importModel(path, options);
  const { config, state, identifiers, optimiser, notes } = imported;
  const card = {
    ...createModelCard(imported, name ?? imported.provenance.name ?? imported.name, findModelKind(imported, kind)),
    ...origin,
  };
  const id = chosenId ?? (await library.newId(card.name));
  await library.saveNew(id, {
    config,
    state,
    card,
    ...(identifiers && { identifiers }),
    ...(optimiser && { optimiser }),
  });
  return { model: await library.describe(id), notes: [...notes] };
}

/**
 * Imports a model; where settings are missing, nothing is saved and they are listed.
 * @throws FormatError; ConfigError for a model that the lab does not support
 */
export async function importToLibrary(
  library: ModelLibrary,
  input: Input<'importModel'>,
  as: ImportAs = {},
): Promise<Output<'importModel'>> {
  try {
    return { ...(await addToLibrary(library, input, as)), missing: null };
  } catch (error) {
    if (!(error instanceof MissingConfigError)) throw error;
    return { model: null, notes: [], missing: { settings: [...error.missing], message: error.text } };
  }
}

function countCells(kind: string): number {
  const { rows, columns } = getKind(kind);
  return rows * columns;
}

/** @throws ConfigError for a kind that does not fit the model */
function findModelKind({ config, provenance }: ImportedModel, requested?: string): string | undefined {
  const { seqLen, vocabSize } = config;
  if (requested === undefined)
    return findFittingKind(config, provenance.kind)?.id ?? detectKindsByShape(seqLen, vocabSize)[0]?.id;
  const { rows, columns, symbols, name } = getKind(requested);
  if (rows * columns === seqLen && symbols.length === vocabSize) return requested;
  throw new ConfigError('models.fit.wrongGrid', {
    cells: seqLen,
    tokens: vocabSize,
    dataset: name,
    foundCells: rows * columns,
    foundTokens: symbols.length,
  });
}

/** The kind that a card names, which may come from anywhere; null where it is unknown or has other cells or symbols than the model. */
function findFittingKind(config: ModelConfig, id: string | undefined): PuzzleKind | null {
  const kind = id === undefined ? null : findKind(id);
  if (kind?.symbols.length !== config.vocabSize) return null;
  const cells = kind.rows * kind.columns;
  return forCells(config, cells).seqLen === cells ? kind : null;
}

function findKind(id: string): PuzzleKind | null {
  try {
    return getKind(id);
  } catch (error) {
    if (!(error instanceof UnknownIdError)) throw error;
    return null;
  }
}

/** What the weights and the import determine; the rest is kept of the card that the model was exported with. */
function createModelCard(
  { config, weightsFile, provenance }: ImportedModel,
  name: string,
  kind: string | undefined,
): ModelCard {
  const { hCycles, lCycles, haltMaxSteps } = config;
  return {
    ...unknownTraining(weightsFile),
    ...provenance,
    name,
    ...(kind !== undefined && { kind }),
    preset: 'imported',
    family: familyLabel(config),
    parameters: weightLayout(config).size,
    hCycles,
    lCycles,
    haltMaxSteps,
  };
}

function unknownTraining(
  weightsFile: string,
): Pick<ModelCard, 'dataset' | 'createdAt' | 'command' | 'data' | 'training' | 'parent' | 'accuracy'> {
  return {
    dataset: 'unknown',
    createdAt: new Date().toISOString(),
    command: `model import ${basename(weightsFile)}`,
    data: { trainPuzzles: 0, trainClasses: null, testPuzzles: 0, testClasses: null },
    training: { steps: 0, seconds: 0, samples: 0, seed: 0, flop: 0 },
    parent: null,
    accuracy: null,
  };
}
