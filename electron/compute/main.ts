/** The compute process: serves the contract to every port that main hands it. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { fromMessagePortMain, serve } from '../contract/rpc';
import { createService } from './service';
import { dataFolder } from './storage/data-folder';
import { lockDataFolder } from './storage/lock-file';
import { ReadOnlyGuard } from './storage/read-only-guard';

const connections = new Set<ReturnType<typeof serve>>();

const folder = dataFolder();
const guard = new ReadOnlyGuard(lockDataFolder(folder));
const handlers = createService({
  dataFolder: folder,
  builtInModels: process.env.TRM_LAB_MODELS ?? join(process.cwd(), 'models', 'pretrained'),
  emit: (event) => connections.forEach((connection) => connection.emit(event)),
  guard,
});

process.parentPort.on('message', ({ data, ports }) => {
  if (data?.type !== 'port' || ports.length !== 1) return;
  const port = fromMessagePortMain(ports[0]!);
  const connection = serve(port, handlers, guard.change);
  connections.add(connection);
  port.onClose?.(() => connections.delete(connection));
});

// The window has priority; training uses the remaining CPU time.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
