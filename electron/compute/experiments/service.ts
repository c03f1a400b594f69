/** Implements the contract's requests about experiments. */
import { writeNewFile } from '../../../datasets/formats/atomic-write';
import type { ComputeEvent, Handlers } from '../../contract/contract';
import type { experimentRequests } from '../../contract/experiment-requests';
import { createJob } from '../job';
import type { PreflightService } from '../runs/preflight-service';
import { estimateExperiment } from './estimate';
import { createExperiment } from './experiment-choice';
import type { ExperimentManager } from './experiment-manager';
import { exportExperiment } from './export-experiment';
import type { ExperimentContext } from './run-experiment';

interface ExperimentServiceOptions {
  readonly experiments: ExperimentManager;
  readonly preflights: PreflightService;
  readonly getContext: () => Promise<ExperimentContext>;
  readonly emit: (event: ComputeEvent) => void;
}

export function experimentHandlers({
  experiments,
  preflights,
  getContext,
  emit,
}: ExperimentServiceOptions): Pick<Handlers, keyof typeof experimentRequests> {
  return {
    listExperiments: () => experiments.list(),
    readExperiment: ({ experimentId }) => experiments.read(experimentId),
    estimateExperiment: async ({ choice, job: name }, signal) => {
      const experiment = createExperiment(choice);
      const context = await getContext();
      const job = createJob(emit, name, signal);
      const estimate = (ending: AbortSignal) => estimateExperiment(experiment, context, ending, job);
      return { experiment, ...(await preflights.whileIdle(estimate, signal)) };
    },
    startExperiment: (input) => experiments.start(input),
    pauseExperiment: ({ experimentId }) => experiments.pause(experimentId),
    resumeExperiment: ({ experimentId }) => experiments.resume(experimentId),
    endExperiment: ({ experimentId }) => experiments.end(experimentId),
    deleteExperiment: async ({ experimentId }) => ({ trashId: await experiments.remove(experimentId) }),
    exportExperiment: async ({ experimentId, format, out }) => {
      const { record } = await experiments.read(experimentId);
      await writeNewFile(out, [exportExperiment(record, format)]);
      return {};
    },
  };
}
