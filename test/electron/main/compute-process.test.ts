/** Main's side of the compute process, with Electron's process mocked. */
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

function startCompute() {
  const compute = new ComputeProcess({
    script: '/lab/compute.cjs',
    env: { TRM_LAB_DATA: '/data' },
    onState: (state) => states.push(state),
  });
  compute.start();
  return compute;
}

test('start() passes the data folder and disables the telemetry of onnxruntime', () => {
  startCompute();
  expect(electron.utilityProcess.fork.mock.calls[0]).toMatchObject([
    '/lab/compute.cjs',
    [],
    { env: { TRM_LAB_DATA: '/data', ORT_DISABLE_TELEMETRY: '1' } },
  ]);
});

test('connect() sends a port to the page only once the process is ready', () => {
  const compute = startCompute();
  const frame = { postMessage: vi.fn() };
  expect(() => compute.connect(frame as never)).toThrow('The compute process is still starting.');
  child.emit('spawn');
  compute.connect(frame as never);
  expect(child.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'port' }, [{ end: 1 }]);
  expect(frame.postMessage).toHaveBeenCalledExactlyOnceWith('main/port', null, [{ end: 2 }]);
});

test('an unrequested exit is reported as killed, even with code 0', () => {
  const compute = startCompute();
  child.emit('spawn');
  child.emit('exit', 0);
  expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'exited']);
  expect(compute.state).toEqual({ state: 'exited', reason: message('app.compute.killed') });
});

test('restart() kills the running process without reporting an exit', async () => {
  const compute = startCompute();
  child.emit('spawn');
  const first = child;
  child = new FakeProcess();
  await compute.restart();
  expect(first.kill).toHaveBeenCalledOnce();
  child.emit('spawn');
  expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'starting', 'starting', 'ready']);
});
