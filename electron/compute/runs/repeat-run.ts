/** The request that starts a recorded run again, to repeat it with other seeds. */
import { isDeepStrictEqual } from 'node:util';
import { getPreset } from '../../../models/presets/presets';
import type { RunConfig } from '../../../models/train/run-config';
import { pickSettings, readSettings, type RunSettings } from '../../../models/train/run-settings';
import { MessageError } from '../../../renderer/messages/message';
import type { Run, RunRequest } from '../../contract/contract';
import { hashDataset } from '../datasets/dataset-hash';
import { draftPlan, type RunChoice } from './run-plan';
import type { RunRecord } from './run-record';

/** What a repeated run starts from: the model that its run fine-tuned, if any. */
type Source = Pick<RunChoice, 'dataset' | 'from'>;

/** The model that a run fine-tunes, and how. */
export interface FineTuning extends Pick<RunRequest, 'optimizerState'> {
  readonly from: string;
  readonly trainable: NonNullable<RunRequest['trainable']>;
}

/** How the run was fine-tuned; undefined for a new model. @throws MessageError for a branch, which no request can start */
export function findFineTuning({
  run: { runId, parent },
  setup: { config, command },
}: RunRecord): FineTuning | undefined {
  if (parent === null) return undefined;
  if (parent.kind === 'run') throw new MessageError('run.notRepeatable.branch', { run: runId });
  return {
    from: parent.id,
    trainable: config.frozenWeights === true ? 'puzzleEmbeddings' : 'all',
    optimizerState: /--optimizer-state keep\b/u.test(command) ? 'keep' : 'reset',
  };
}

/**
 * The request of a run: its preset with the settings that differ from it.
 * @throws MessageError where no request has the configuration of the run, or the puzzles have changed; UnknownIdError for an unknown preset
 */
export function findRequest(record: RunRecord, source: Source): RunRequest {
  const { run, setup } = record;
  const { runId, name, dataset } = run;
  if (hashDataset(source.dataset) !== run.datasetHash)
    throw new MessageError('run.notRepeatable.data', { run: runId, dataset });
  const { seed, maxSeconds } = setup.config;
  const choice = { ...source, preset: getPreset(setup.preset.id), seed, maxSeconds };
  const settings = listSettings(choice, setup.config).find((each) =>
    isSameConfig(draftPlan({ ...choice, settings: each }).config, setup.config),
  );
  if (!settings) throw new MessageError('run.notRepeatable.settings', { run: runId });
  const fineTuning = findFineTuning(record);
  return {
    ...{ dataset, preset: setup.preset.id, seed, maxSeconds },
    ...settings,
    ...(name !== null && { name: withoutSeed(name, run) }),
    ...fineTuning,
  };
}

/** Settings that may have led to a configuration, the fewest first: a curriculum, and what another family needs, are not read from it. */
function listSettings(choice: RunChoice, config: RunConfig): RunSettings[] {
  const [usual, all] = [readSettings(draftPlan(choice).config), readSettings(config)];
  const changed = Object.entries(all).filter(([name, value]) => usual[name as keyof RunSettings] !== value);
  return [Object.fromEntries(changed) as RunSettings, all].flatMap((settings) => [
    pickSettings(settings),
    { ...pickSettings(settings), curriculum: 'off' as const },
    { ...pickSettings(settings), curriculum: 'on' as const },
  ]);
}

/** How often a run is evaluated follows from its other settings. */
const isSameConfig = (one: RunConfig, other: RunConfig): boolean =>
  isDeepStrictEqual({ ...one, evaluateEvery: 0 }, { ...other, evaluateEvery: 0 });

/** `repeatWithSeeds` adds the seed to a name. */
const withoutSeed = (name: string, { seed }: Pick<Run, 'seed'>): string =>
  name.endsWith(` · ${seed}`) ? name.slice(0, -` · ${seed}`.length) : name;

/** The largest seed among runs and requests of the same dataset and preset: further ones are new. */
export function lastSeed(request: RunRequest, runs: readonly Run[], queued: readonly RunRequest[]): number {
  const isSame = (dataset: string, preset: string) => dataset === request.dataset && preset === request.preset;
  return Math.max(
    request.seed,
    ...runs.filter((run) => isSame(run.dataset, run.preset)).map(({ seed }) => seed),
    ...queued.filter((other) => isSame(other.dataset, other.preset)).map(({ seed }) => seed),
  );
}
