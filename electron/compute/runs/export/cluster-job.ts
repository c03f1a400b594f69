/** A job for a compute cluster: a folder with everything that the reference's PyTorch code needs to continue a run. */
import { chmod, cp } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Dataset, IdentifiedPuzzle, IdentifiedDataset } from '../../../../datasets/catalog';
import { requireNew, writeAtomically, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { writeDigests } from '../../../../datasets/formats/digests';
import { readSourceFile } from '../../../../datasets/formats/puzzle-source';
import { ReferenceSplit } from '../../../../datasets/formats/reference-folder';
import type { WrittenGroup } from '../../../../datasets/formats/reference-writer';
import { writeReferenceFolder } from '../../../../datasets/formats/reference-writer';
import { countIdentifiers, groupPuzzles } from '../../../../datasets/catalog';
import { mapStrings, withoutFolders } from '../../../../datasets/private-paths';
import { Random } from '../../../../datasets/random';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { padWidths, toReferenceWidths } from '../../../../models/checkpoint/export/reference-widths';
import { trainingStateFile } from '../../../../models/checkpoint/import/weights-file';
import type { RunConfig } from '../../../../models/train/run-config';
import { formatEnglish } from '../../../../renderer/messages/english';
import { message, type Text } from '../../../../renderer/messages/message';
import type { Run } from '../../../contract/contract';
import type { Job } from '../../job';
import { formatSourceFile, writeDataset } from '../../datasets/write-dataset';
import type { RunFolder } from '../run-store';
import type { RunRecord } from '../run-record';
import { requireSameData, RunFolderError } from '../run-record';
import { anonymiseRecord } from './anonymous-run';
import type { FindStartModel } from './write-archive';
import { createReadme } from './cluster-readme';
import { createContainerFile, createSlurmFile, createTrainScript } from './cluster-scripts';
import type { GroupStatistics, ReferenceLimits, ReferenceSchedule } from './hydra-overrides';
import { referenceLimits, referenceOverrides, createSchedule, toRunName } from './hydra-overrides';
import loadStateScript from './load_state.py?raw';
import { readTrained, writeTrainingState, type Trained } from './training-state-export';

/** A dataset, and the folder in the reference's format that it was read from; null if it has none. */
interface LocatedDataset {
  readonly dataset: Dataset;
  readonly folder: string | null;
}

interface AugmentOptions {
  /** Symmetric copies of each training puzzle. */
  readonly copies: number;
  readonly seed: number;
}

export interface ClusterDataset extends GroupStatistics {
  /** How it was made, in English. */
  readonly description: string;
}

/**
 * Writes the dataset for the reference's loader. Datasets whose puzzles have identifiers are copied unchanged, since
 * each identifier has a row in the model; others get symmetric copies, since the reference draws none during training.
 */
async function writeClusterDataset(
  out: string,
  located: LocatedDataset,
  plan: AugmentOptions,
  job: Job,
): Promise<ClusterDataset> {
  const description = await writeDatasetFolder(out, located, plan, job);
  const split = await ReferenceSplit.open(out, 'train');
  const { total_groups: groups, mean_puzzle_examples: meanExamples } = split.meta;
  await split.close();
  return { description, groups, meanExamples };
}

async function writeDatasetFolder(
  out: string,
  { dataset, folder }: LocatedDataset,
  { copies, seed }: AugmentOptions,
  job: Job,
): Promise<string> {
  const { identified, kind, spec, train, test } = dataset;
  if (identified && folder !== null) {
    await copyFolder(folder, out, job);
    await anonymiseSource(out);
    await writeDigests(out);
    return `an unchanged copy of ${basename(folder)}, since each of its ${countIdentifiers(dataset)} identifiers has a row in the model`;
  }
  const name = formatEnglish(spec.name);
  const origin = message('datasets.origin.exported', { dataset: spec.name });
  if (identified) {
    await writeIdentified(out, { dataset, identified, origin }, job);
    return `${name} with its ${countIdentifiers(dataset)} identifiers, each of which has a row in the model`;
  }
  const augment = { copies, random: Random.seeded(seed) };
  const written = await writeDataset(
    out,
    { kind, origin, train, test, augment, expected: train.length * (copies + 1) + test.length },
    job,
  );
  return `${name}: ${train.length} training puzzles with up to ${copies} augmented copies of each (${written.train} in total), ${written.test} test puzzles`;
}

const datasetEntries = ['identifiers.json', 'test_puzzles.json', 'source.json', 'train', 'test'];

/** Copies the files of the dataset, without other files in its folder. */
async function copyFolder(folder: string, out: string, job: Job): Promise<void> {
  let copied = 0;
  const isWanted = async (path: string) => {
    await job.advance(++copied, null, (count) => message('run.cluster.filesCopied', { count }));
    const [top] = relative(folder, path).split(sep);
    return top === '' || datasetEntries.includes(top!);
  };
  await cp(folder, out, { recursive: true, dereference: true, filter: isWanted });
  job.signal.throwIfAborted();
}

/** Removes the paths that datasets imported by earlier versions have in their source.json. */
async function anonymiseSource(folder: string): Promise<void> {
  const source = await readSourceFile(folder);
  if (!source) return;
  const texts = mapStrings(
    { ...(source.name !== undefined && { name: source.name }), origin: source.origin },
    withoutFolders,
  );
  await writeAtomically(join(folder, 'source.json'), formatSourceFile({ ...source, ...texts }));
}

interface IdentifiedSource {
  readonly dataset: Dataset;
  readonly identified: IdentifiedDataset;
  readonly origin: Text;
}

async function writeIdentified(
  out: string,
  { dataset: { kind }, identified, origin }: IdentifiedSource,
  job: Job,
): Promise<void> {
  let written = 0;
  const total = identified.train.length + identified.test.length;
  const groups = async function* (puzzles: readonly IdentifiedPuzzle[]): AsyncGenerator<WrittenGroup> {
    for (const group of groupPuzzles(puzzles)) {
      yield group;
      written += group.reduce((sum, { examples }) => sum + examples.length, 0);
      await job.advance(written, total, (count) => message('run.cluster.examplesWritten', { count }));
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  const [train, test] = [identified.train, identified.test].map((puzzles) => ({ ...shape, groups: groups(puzzles) }));
  await writeReferenceFolder(out, {
    identifiers: identified.names,
    train: train!,
    test: test!,
    extra: { 'source.json': formatSourceFile({ kind: kind.id, origin }) },
    signal: job.signal,
  });
}

/**
 * The newest valid checkpoint, else the saved model.
 * @throws RunFolderError when there is neither, SafetensorsError when all checkpoints are damaged
 */
async function readWeights(
  folder: RunFolder,
  record: RunRecord,
  savedModel: () => Promise<StoredModel | null>,
): Promise<Trained> {
  const { result, damage } = await folder.checkpoints.readNewestValid((checkpoint) =>
    readTrained(checkpoint, record.setup.config),
  );
  if (result) return result;
  const saved = await savedModel();
  if (saved)
    return { state: saved.state, updates: saved.card.training.steps, priorUpdates: 0, rateFactor: 1, vectors: null };
  throw damage ?? new RunFolderError('run.cluster.noWeights', { run: record.run.runId });
}

/** The run and its weights with the inner widths of the reference. */
function widen(record: RunRecord, { state, vectors, ...counters }: Trained): { record: RunRecord; weights: Trained } {
  const { setup } = record;
  const { model } = setup.config;
  const wide = toReferenceWidths(model);
  const pad = (values: Float32Array) => padWidths(model, wide, values);
  const config: RunConfig = { ...setup.config, model: wide };
  return {
    record: { ...record, setup: { ...setup, config } },
    weights: {
      ...counters,
      state: { ...state, params: pad(state.params) },
      vectors: vectors && {
        params: pad(vectors.params),
        m: pad(vectors.m),
        v: pad(vectors.v),
        ema: vectors.ema && pad(vectors.ema),
      },
    },
  };
}

/** A run to export, with access to its dataset and its saved model, which are outside its folder. */
export interface ExportSource {
  readonly folder: RunFolder;
  readonly dataset: (name: string) => Promise<LocatedDataset>;
  /** The model that the run has saved; null if there is none. */
  readonly savedModel: (run: Run) => Promise<StoredModel | null>;
  /** The model that a run was fine-tuned from, by its id; null if it is no longer there. */
  readonly startModel?: FindStartModel;
}

interface ClusterJobOptions {
  readonly out: string;
  /** Symmetric copies of each training puzzle. */
  readonly augment?: number;
  readonly job: Job;
}

const DEFAULT_COPIES = 100;

/**
 * Writes the job folder completely or not at all.
 * @returns notes: why the reference cannot continue with these weights, and why requested copies were not made
 * @throws ExistsError, RunFolderError, ChangedDataError, the job's reason when it was cancelled
 */
export async function writeClusterJob(
  { folder, dataset: loadDataset, savedModel }: ExportSource,
  { out, augment, job }: ClusterJobOptions,
): Promise<Text[]> {
  await requireNew(out);
  const recorded = await folder.read();
  const {
    run,
    setup: { config },
  } = recorded;
  const found = await readWeights(folder, recorded, () => savedModel(run));
  const located = await loadDataset(run.dataset);
  requireSameData(recorded, located.dataset);
  const anonymous = anonymiseRecord(recorded);
  const hasTrainingState = found.vectors !== null;
  const limits = referenceLimits(config, { hasTrainingState });
  const canLoad = limits.training.length === 0 && limits.loading.length === 0;
  const { record, weights } = canLoad ? widen(anonymous, found) : { record: anonymous, weights: found };
  await writeNewFolder(out, async (temporary) => {
    const augmentOptions = { copies: augment ?? defaultCopies(config), seed: config.seed };
    const dataset = await writeClusterDataset(join(temporary, 'dataset'), located, augmentOptions, job);
    const schedule = createSchedule({ steps: stepsLeft(run, weights.updates), batchSize: config.batchSize }, dataset);
    await writeWeights(temporary, record, weights);
    await writeScripts(temporary, { record, weights, schedule, limits });
    const readme = createReadme({ record, step: weights.updates, dataset, schedule, limits, hasTrainingState });
    await writeAtomically(join(temporary, 'README.txt'), readme);
    job.signal.throwIfAborted();
  });
  const isUnaugmented = augment !== undefined && located.dataset.identified !== null;
  return listNotes(limits, isUnaugmented);
}

/** As many as the run had beside each puzzle itself. */
const defaultCopies = ({ symmetricCopies }: RunConfig): number =>
  symmetricCopies === undefined ? DEFAULT_COPIES : symmetricCopies - 1;

async function writeWeights(folder: string, { run, setup }: RunRecord, weights: Trained): Promise<void> {
  const { dataset, datasetHash } = run;
  const { model } = setup.config;
  const exported = { config: model, state: weights.state, card: { dataset, datasetHash } };
  await exportModel(exported, 'pt', join(folder, 'model.pt'), { compiledNames: true });
  await writeTrainingState(join(folder, trainingStateFile), model, weights);
}

interface ScriptSource {
  readonly record: RunRecord;
  readonly weights: Trained;
  readonly schedule: ReferenceSchedule;
  readonly limits: ReferenceLimits;
}

async function writeScripts(folder: string, { record, weights, schedule, limits }: ScriptSource): Promise<void> {
  const {
    run: { runId },
    setup: { config },
  } = record;
  const runName = toRunName(runId);
  const script = createTrainScript({
    overrides: referenceOverrides({ config, schedule, rateFactor: weights.rateFactor, runName }),
    batchSize: config.batchSize,
    runName,
    stateFile: weights.vectors ? trainingStateFile : 'model.pt',
    loadingObstacles: joinReasons(limits.loading),
    trainingObstacles: joinReasons(limits.training),
  });
  await writeAtomically(join(folder, 'train.sh'), script);
  await chmod(join(folder, 'train.sh'), 0o755);
  await writeAtomically(join(folder, 'load_state.py'), loadStateScript);
  await writeAtomically(join(folder, 'job.slurm'), createSlurmFile(runName));
  await writeAtomically(join(folder, 'Containerfile'), createContainerFile());
}

/** Notes on obstacles, and on copies that were requested but not made. */
function listNotes({ training, loading }: ReferenceLimits, isUnaugmented: boolean): Text[] {
  const notes: Text[] = [];
  if (training.length > 0) notes.push(message('run.cluster.cannotTrain', { reasons: training }));
  else if (loading.length > 0) notes.push(message('run.cluster.cannotLoad', { reasons: loading }));
  return isUnaugmented ? [...notes, message('run.cluster.noCopies')] : notes;
}

/** Remaining steps; a finished run is trained for as many steps again. */
const stepsLeft = ({ maxSteps }: Pick<Run, 'maxSteps'>, made: number): number =>
  made < maxSteps ? maxSteps - made : maxSteps;

/** Null for no reasons. */
const joinReasons = (reasons: readonly Text[]): string | null =>
  reasons.length === 0 ? null : reasons.map(formatEnglish).join('; ');
