/** Main's side of the compute process, with Electron's process replaced. */
import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ComputeState } from '../../../electron/contract/main-api';
import { message } from '../../../renderer/messages/message';

class FakeProcess extends EventEmitter {
  readonly postMessage = vi.fn();
  readonly kill = vi.fn(() => {
    setImmediate(() => this.emit('exit', 0));
    return true;
  });
}

const electron = vi.hoisted(() => ({
  app: { on: vi.fn() },
  MessageChannelMain: class {
    readonly port1 = { end: 1 };
    readonly port2 = { end: 2 };
  },
  utilityProcess: { fork: vi.fn() },
}));
vi.mock('electron', () => electron);

const { ComputeProcess } = await import('../../../electron/main/compute-process');

let child: FakeProcess;
let states: ComputeState[];
beforeEach(() => {
  child = new FakeProcess();
  states = [];
  electron.utilityProcess.fork.mockReset().mockImplementation(() => child);
});

function started() {
  const compute = new ComputeProcess({
    script: '/lab/compute.cjs',
    env: { TRM_LAB_DATA: '/data' },
    onState: (state) => states.push(state),
  });
  compute.start();
  return compute;
}

test('it starts with the data folder in its environment, and without telemetry of onnxruntime', () => {
  started();
  expect(electron.utilityProcess.fork.mock.calls[0]).toMatchObject([
    '/lab/compute.cjs',
    [],
    { env: { TRM_LAB_DATA: '/data', ORT_DISABLE_TELEMETRY: '1' } },
  ]);
});

test('a page gets a port only while it is ready', () => {
  const compute = started();
  const frame = { postMessage: vi.fn() };
  expect(() => compute.connect(frame as never)).toThrow('The compute process is still starting.');
  child.emit('spawn');
  compute.connect(frame as never);
  expect(child.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'port' }, [{ end: 1 }]);
  expect(frame.postMessage).toHaveBeenCalledExactlyOnceWith('main/port', null, [{ end: 2 }]);
});

test('an exit that nobody asked for is no clean one, also with code 0', () => {
  const compute = started();
  child.emit('spawn');
  child.emit('exit', 0);
  expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'exited']);
  expect(compute.state).toEqual({ state: 'exited', reason: message('app.compute.killed') });
});

test('a restart ends the process that runs, and reports no loss', async () => {
  const compute = started();
  child.emit('spawn');
  const first = child;
  child = new FakeProcess();
  await compute.restart();
  expect(first.kill).toHaveBeenCalledOnce();
  child.emit('spawn');
  expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'starting', 'starting', 'ready']);
});
