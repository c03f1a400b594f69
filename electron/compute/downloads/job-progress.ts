/** The progress of a download as the progress of a job. */
import { message, type Message } from '../../../renderer/messages/message';
import type { Progress } from '../job';
import type { DownloadProgress } from './downloads';

export function toJobProgress(progress: DownloadProgress): Progress {
  const { received, total } = progress;
  return {
    fraction: total === null || total === 0 ? null : Math.min(1, received / total),
    message: describeStage(progress),
  };
}

function describeStage({ stage, file, fileNumber, fileCount, received, total }: DownloadProgress): Message {
  const position = { file, number: fileNumber, count: fileCount };
  if (stage !== 'receiving') return message(`downloads.stage.${stage}`, position);
  return total === null
    ? message('downloads.stage.receivingUnknown', { ...position, received })
    : message('downloads.stage.receiving', { ...position, received, total });
}
