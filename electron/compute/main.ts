/** The compute process: serves the contract to every port that main hands it. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from './storage/data-folder';
import { fromMessagePortMain, serve } from '../contract/rpc';
import { lockDataFolder, MigrationLock, withReadOnlyGuard } from './storage/locks';
import { createService } from './service';

const connections = new Set<ReturnType<typeof serve>>();

const folder = dataFolder();
const migrationLock = new MigrationLock();
const handlers = withReadOnlyGuard(
  createService({
    dataFolder: folder,
    shippedModels: process.env.TRM_LAB_MODELS ?? join(process.cwd(), 'models', 'pretrained'),
    emit: (event) => connections.forEach((connection) => connection.emit(event)),
    migrationLock,
  }),
  lockDataFolder(folder),
  migrationLock,
);

process.parentPort.on('message', ({ data, ports }) => {
  if (data?.type !== 'port' || ports.length !== 1) return;
  const port = fromMessagePortMain(ports[0]!);
  const connection = serve(port, handlers);
  connections.add(connection);
  port.onClose?.(() => connections.delete(connection));
});

// The window has priority; training uses the remaining CPU time.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
