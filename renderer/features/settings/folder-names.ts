/** Names of the folders of the data folder. */
import type { DiskUsage } from '../../../electron/contract/contract';
import type { MessageId } from '../../messages/message';

type Folder = DiskUsage['folders'][number]['folder'];

export const folderNames: Readonly<Record<Folder, MessageId>> = {
  datasets: 'settings.storage.datasets',
  models: 'settings.storage.models',
  runs: 'settings.storage.runs',
  experiments: 'views.experiments',
  downloads: 'settings.storage.downloads',
  trash: 'settings.storage.trash',
};
