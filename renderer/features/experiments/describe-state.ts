/** The state of an experiment in words. */
import type { ExperimentSummary } from '../../../electron/contract/experiment-requests';
import { t } from '../../messages/language.svelte';
import type { MessageId } from '../../messages/message';

const names = {
  waiting: 'experiments.state.waiting',
  running: 'experiments.state.running',
  paused: 'experiments.state.paused',
  elsewhere: 'experiments.state.elsewhere',
  failed: 'experiments.state.failed',
  ended: 'experiments.state.ended',
  finished: 'experiments.state.finished',
} as const satisfies Record<ExperimentSummary['state'], MessageId>;

/** With the number of trials, unless all have ended. */
export const describeState = ({ state, done, total }: ExperimentSummary): string =>
  state === 'finished' ? t(names.finished) : t('experiments.state.withTrials', { state: t(names[state]), done, total });
