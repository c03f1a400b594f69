/** Main's side of the compute process, with Electron's process mocked. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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
let busy: boolean[];
beforeEach(() => {
  child = new FakeProcess();
  states = [];
  busy = [];
  electron.utilityProcess.fork.mockReset().mockImplementation(() => child);
});

function startCompute() {
  const compute = new ComputeProcess({
    script: '/lab/compute.cjs',
    env: { TRM_LAB_DATA: '/data' },
    cores: 3,
    onState: (state) => states.push(state),
    onBusy: (isBusy) => busy.push(isBusy),
    onPaused: () => undefined,
  });
  compute.start();
  return compute;
}

const coresSent = (): unknown[] =>
  child.postMessage.mock.calls.flatMap(([sent]) => (sent.type === 'cores' ? [sent.cores] : []));

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
  expect(child.postMessage).toHaveBeenLastCalledWith({ type: 'port' }, [{ end: 1 }]);
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

test('sends the number of cores at the start, when it changes, and after a restart', async () => {
  const compute = startCompute();
  child.emit('spawn');
  expect(coresSent()).toEqual([3]);
  compute.setCores(null);
  expect(coresSent()).toEqual([3, null]);
  child = new FakeProcess();
  await compute.restart();
  child.emit('spawn');
  expect(coresSent()).toEqual([null]);
});

test('reports whether the process is busy; an exited process is not', () => {
  startCompute();
  child.emit('spawn');
  child.emit('message', { type: 'busy', isBusy: true });
  child.emit('exit', 0);
  child.emit('message', { type: 'busy', isBusy: true });
  expect(busy).toEqual([true, false]);
});

test('a restarting process is reported as not busy', async () => {
  const compute = startCompute();
  child.emit('spawn');
  child.emit('message', { type: 'busy', isBusy: true });
  child = new FakeProcess();
  const stopped = compute.restart();
  expect(busy).toEqual([true, false]);
  await stopped;
});

test('reportWake() notifies the process, and does nothing without one', () => {
  const compute = startCompute();
  child.emit('spawn');
  compute.reportWake();
  expect(child.postMessage).toHaveBeenLastCalledWith({ type: 'wake' }, []);
  child.emit('exit', 1);
  child.postMessage.mockClear();
  compute.reportWake();
  expect(child.postMessage).not.toHaveBeenCalled();
});

describe('a process that does not answer', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  const answer = (): boolean => child.emit('message', { type: 'alive' });
  const isAsked = (): boolean => child.postMessage.mock.lastCall?.[0].type === 'ping';

  test('hangs within five seconds, and is ready as soon as it answers', () => {
    const compute = startCompute();
    child.emit('spawn');
    for (let second = 0; second < 3; second++) {
      vi.advanceTimersByTime(1000);
      expect(isAsked()).toBe(true);
      answer();
    }
    vi.advanceTimersByTime(3000);
    expect(compute.state).toEqual({ state: 'ready' });
    vi.advanceTimersByTime(2000);
    expect(compute.state).toEqual({ state: 'hung' });
    answer();
    expect(compute.state).toEqual({ state: 'ready' });
    vi.advanceTimersByTime(5000);
    expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'hung', 'ready', 'hung']);
  });

  test('has more time before its first answer', () => {
    const compute = startCompute();
    child.emit('spawn');
    vi.advanceTimersByTime(20_000);
    expect(compute.state).toEqual({ state: 'ready' });
    vi.advanceTimersByTime(20_000);
    expect(compute.state).toEqual({ state: 'hung' });
  });

  test('does not hang because the computer slept', () => {
    const compute = startCompute();
    child.emit('spawn');
    answer();
    vi.advanceTimersByTime(3000);
    const before = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(before + 3_600_000);
    vi.advanceTimersByTime(1000);
    clock.mockReturnValue(before + 3_601_000);
    vi.advanceTimersByTime(1000);
    expect(compute.state).toEqual({ state: 'ready' });
    clock.mockRestore();
  });

  test('is asked no more after it has ended', () => {
    startCompute();
    child.emit('spawn');
    child.emit('exit', 1);
    vi.advanceTimersByTime(60_000);
    expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'exited']);
  });

  test('is killed when it ignores the request to end', async () => {
    const compute = startCompute();
    child.emit('spawn');
    const ignoring = Object.assign(child, { pid: 4321 });
    ignoring.kill.mockImplementation(() => true);
    const killed = vi.spyOn(process, 'kill').mockImplementation(() => {
      ignoring.emit('exit', 0);
      return true;
    });
    child = new FakeProcess();
    const restarted = compute.restart();
    await vi.advanceTimersByTimeAsync(2000);
    await restarted;
    expect(killed).toHaveBeenCalledExactlyOnceWith(4321, 'SIGKILL');
    killed.mockRestore();
  });

  test('has a minute to write a checkpoint when the application quits', async () => {
    const compute = startCompute();
    child.emit('spawn');
    const quit = compute.quit();
    expect(child.postMessage).toHaveBeenLastCalledWith({ type: 'quit' });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(child.kill).not.toHaveBeenCalled();
    child.emit('exit', 0);
    await quit;
    expect(compute.state).toEqual({ state: 'ready' });
  });
});
