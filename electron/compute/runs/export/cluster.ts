/** "Continue on a cluster": a folder with all that the reference's PyTorch code needs to go on with a run. */
import { chmod, cp } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Dataset, IdentifiedPuzzle, IdentifiedSet } from '../../../../datasets/catalog';
import { requireNew, writeAtomically, writeNewFolder } from '../../../../datasets/formats/atomic-write';
import { ReferenceSplit } from '../../../../datasets/formats/reference-folder';
import type { WrittenGroup } from '../../../../datasets/formats/reference-writer';
import { writeReferenceFolder } from '../../../../datasets/formats/reference-writer';
import { countIdentifiers } from '../../../../datasets/catalog';
import { Random } from '../../../../datasets/random';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { SafetensorsError } from '../../../../models/checkpoint/safetensors';
import type { EvalWeights } from '../../../../models/checkpoint/training-state-file';
import { readEmaWeights } from '../../../../models/checkpoint/training-state-file';
import type { Run } from '../../../contract/contract';
import type { Job } from '../../job';
import { sourceFile, writeSet } from '../../datasets/write-dataset';
import type { RunFolder } from '../run-store';
import type { RunRecord } from '../run-record';
import { requireSameData, RunFolderError } from '../run-record';
import { clusterReadme, requirements, trainScript } from './cluster-files';
import type { SetFacts } from './reference-config';
import { referenceLimits, referenceOverrides, createSchedule } from './reference-config';

// The data set of a run as a folder for the reference's loader.

/** A data set, and where it has one the folder in the reference's format that it was read from. */
interface PlacedDataset {
  readonly dataset: Dataset;
  readonly folder: string | null;
}

interface ClusterCopies {
  /** Symmetric copies of each puzzle to learn from. */
  readonly copies: number;
  readonly seed: number;
}

export interface ClusterDataset extends SetFacts {
  /** A sentence: how it was made. */
  readonly made: string;
}

/**
 * Sets whose puzzles have identifiers go as they are, for each identifier has a row in the model; others get
 * symmetric copies, since the reference draws no symmetries while it trains.
 */
async function writeClusterDataset(
  out: string,
  placed: PlacedDataset,
  plan: ClusterCopies,
  job: Job,
): Promise<ClusterDataset> {
  const made = await write(out, placed, plan, job);
  const split = await ReferenceSplit.open(out, 'train');
  const { total_groups: groups, mean_puzzle_examples: meanExamples } = split.meta;
  await split.close();
  return { made, groups, meanExamples };
}

async function write(
  out: string,
  { dataset, folder }: PlacedDataset,
  { copies, seed }: ClusterCopies,
  job: Job,
): Promise<string> {
  const { identified, kind, spec, train, test } = dataset;
  if (identified && folder !== null) {
    await copyFolder(folder, out, job);
    return `a copy of ${basename(folder)} as it is, for each of its ${countIdentifiers(dataset)} identifiers has a row in the model`;
  }
  const origin = `exported from ${spec.name}`.slice(0, 1000);
  if (identified) {
    await writeIdentified(out, { dataset, identified, origin }, job);
    return `${spec.name} with its ${countIdentifiers(dataset)} identifiers, each of which has a row in the model`;
  }
  const augment = { copies, random: Random.seeded(seed) };
  const written = await writeSet(
    out,
    { kind, origin, train, test, augment, expected: train.length * (copies + 1) + test.length },
    job,
  );
  return `${spec.name}: ${train.length} puzzles to learn from with up to ${copies} symmetric copies of each (${written.train} in all), ${written.test} held out`;
}

const parts = ['identifiers.json', 'test_puzzles.json', 'source.json', 'train', 'test'];

/** What belongs to the set, and nothing else that lies beside it. */
async function copyFolder(folder: string, out: string, job: Job): Promise<void> {
  let copied = 0;
  const isWanted = async (path: string) => {
    await job.did(++copied, null, (done) => `${done} files copied`);
    const [top] = relative(folder, path).split(sep);
    return top === '' || parts.includes(top!);
  };
  await cp(folder, out, { recursive: true, dereference: true, filter: isWanted });
  job.signal.throwIfAborted();
}

interface Identified {
  readonly dataset: Dataset;
  readonly identified: IdentifiedSet;
  readonly origin: string;
}

async function writeIdentified(
  out: string,
  { dataset: { kind }, identified, origin }: Identified,
  job: Job,
): Promise<void> {
  let written = 0;
  const total = identified.train.length + identified.test.length;
  const groups = async function* (puzzles: readonly IdentifiedPuzzle[]): AsyncGenerator<WrittenGroup> {
    for (const group of groupsOf(puzzles)) {
      yield group;
      written += group.reduce((sum, { examples }) => sum + examples.length, 0);
      await job.did(written, total, (done) => `${done} examples written`);
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  const [train, test] = [identified.train, identified.test].map((puzzles) => ({ ...shape, groups: groups(puzzles) }));
  await writeReferenceFolder(out, {
    identifiers: identified.names,
    train: train!,
    test: test!,
    extra: { 'source.json': sourceFile({ kind: kind.id, origin }) },
    signal: job.signal,
  });
}

/** In the order of their first examples: groups, in them puzzles, in these examples. */
function groupsOf(puzzles: readonly IdentifiedPuzzle[]): WrittenGroup[] {
  const groups = new Map<number, Map<number, IdentifiedPuzzle[]>>();
  for (const puzzle of puzzles) {
    const group = groups.get(puzzle.group) ?? new Map<number, IdentifiedPuzzle[]>();
    groups.set(puzzle.group, group);
    group.set(puzzle.identifier, [...(group.get(puzzle.identifier) ?? []), puzzle]);
  }
  return [...groups.values()].map((group) => [...group].map(([identifier, examples]) => ({ identifier, examples })));
}

// The model of a run as it is now, without training on.

/**
 * Of the newest sound checkpoint; where there is none, what the run has saved.
 * @throws RunFolderError when there is neither, SafetensorsError when all that there is is damaged
 */
async function weightsOfRun(
  folder: RunFolder,
  record: RunRecord,
  savedModel: () => Promise<StoredModel | null>,
): Promise<EvalWeights> {
  let damage: unknown = null;
  for (const step of (await folder.checkpoints.steps()).reverse()) {
    try {
      return readEmaWeights(await folder.checkpoints.read(step), record.setup.config);
    } catch (error) {
      // A run that is training may have dropped it meanwhile.
      if (!(error instanceof SafetensorsError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      damage ??= error;
    }
  }
  const saved = await savedModel();
  if (saved) return { state: saved.state, updates: saved.card.training.steps, rateFactor: 1 };
  throw (
    damage ??
    new RunFolderError(
      `run "${record.run.runId}" has no checkpoint yet and no model: there are no weights to take along`,
    )
  );
}

/** A run, and where the parts of it are that lie outside of its folder. */
export interface RunParts {
  readonly folder: RunFolder;
  readonly dataset: (name: string) => Promise<PlacedDataset>;
  /** The model that it has saved; null where there is none. */
  readonly savedModel: (run: Run) => Promise<StoredModel | null>;
}

interface ClusterOptions {
  readonly out: string;
  /** Symmetric copies of each puzzle to learn from. */
  readonly augment?: number;
  readonly job: Job;
}

const USUAL_COPIES = 100;

/**
 * The folder appears whole or not at all.
 * @returns sentences: why the reference cannot go on with these weights, where it cannot, and why no copies were made that were asked for
 * @throws ExistsError, RunFolderError, ChangedDataError, the job's reason when it was cancelled
 */
export async function writeCluster(
  { folder, dataset: placeOf, savedModel }: RunParts,
  { out, augment, job }: ClusterOptions,
): Promise<string[]> {
  await requireNew(out);
  const record = await folder.read();
  const {
    run,
    setup: { config },
  } = record;
  const weights = await weightsOfRun(folder, record, () => savedModel(run));
  const placed = await placeOf(run.dataset);
  requireSameData(record, placed.dataset);
  const limits = referenceLimits(config);
  await writeNewFolder(out, async (temporary) => {
    const dataset = await writeClusterDataset(
      join(temporary, 'dataset'),
      placed,
      { copies: augment ?? USUAL_COPIES, seed: config.seed },
      job,
    );
    await exportModel(
      { config: config.model, state: weights.state, card: { dataset: run.dataset } },
      'pt',
      join(temporary, 'model.pt'),
      { compiledNames: true },
    );
    const schedule = createSchedule({ steps: stepsLeft(run, weights.updates), batchSize: config.batchSize }, dataset);
    const overrides = referenceOverrides({ config, schedule, rateFactor: weights.rateFactor, runName: run.runId });
    const script = trainScript({
      overrides,
      batchSize: config.batchSize,
      noLoading: joined(limits.loading),
      noTraining: joined(limits.training),
    });
    await writeAtomically(join(temporary, 'train.sh'), script);
    await chmod(join(temporary, 'train.sh'), 0o755);
    await writeAtomically(
      join(temporary, 'README.txt'),
      clusterReadme({ record, step: weights.updates, dataset, schedule, limits }),
    );
    job.signal.throwIfAborted();
  });
  const asItIs = augment !== undefined && placed.dataset.identified !== null;
  return [
    ...requirements(limits).map((lines) => lines.join(' ')),
    ...(asItIs ? ['No copies were made: each puzzle has an identifier of its own, and a row in the model.'] : []),
  ];
}

/** A run that has made all its steps is given as many again. */
const stepsLeft = ({ maxSteps }: Pick<Run, 'maxSteps'>, made: number): number =>
  made < maxSteps ? maxSteps - made : maxSteps;

const joined = (sentences: readonly string[]): string | null => (sentences.length === 0 ? null : sentences.join('; '));
