/**
 * Main's side of the compute process: starts it, gives windows a port to it, notices its death.
 * Nothing that compute says passes through main.
 */
import { app, MessageChannelMain, utilityProcess, type UtilityProcess, type WebFrameMain } from 'electron';
import { runtimeEnv } from '../compute/devices/machine';
import type { ComputeState } from '../contract/main-api';

const serviceName = 'TRM Puzzle Lab compute';

export interface ComputeProcessOptions {
  /** The built `compute.cjs`. */
  readonly script: string;
  /** What compute reads from its environment, beside our own. */
  readonly env: Readonly<Record<string, string>>;
  readonly onState: (state: ComputeState) => void;
}

export class ComputeProcess {
  private child: UtilityProcess | null = null;
  private current: ComputeState = { state: 'starting' };

  constructor(private readonly options: ComputeProcessOptions) {
    app.on('child-process-gone', (_event, details) => {
      if (details.serviceName === serviceName || details.name === serviceName) this.explain(details.reason);
    });
  }

  get state(): ComputeState {
    return this.current;
  }

  start(): void {
    this.enter({ state: 'starting' });
    const child = utilityProcess.fork(this.options.script, [], {
      serviceName,
      stdio: 'inherit',
      env: { ...process.env, ...this.options.env, ...runtimeEnv },
    });
    this.child = child;
    child.once('spawn', () => this.enter({ state: 'ready' }));
    child.once('exit', (code) => this.lose(child, code));
  }

  /** Also ends a process that hangs; a second request while one is starting changes nothing. */
  async restart(): Promise<void> {
    if (this.current.state === 'starting') return;
    this.enter({ state: 'starting' });
    await this.stop();
    this.start();
  }

  /** Ends the process, on purpose: nobody is told that it is gone. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === null) return;
    this.child = null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill()) await ended;
  }

  /** Gives a page a port of its own to compute. */
  connect(frame: WebFrameMain): void {
    if (this.child === null || this.current.state !== 'ready') throw new Error(whyNot(this.current));
    const { port1, port2 } = new MessageChannelMain();
    this.child.postMessage({ type: 'port' }, [port1]);
    frame.postMessage('main/port', null, [port2]);
  }

  private enter(state: ComputeState): void {
    this.current = state;
    this.options.onState(state);
  }

  /** Old Electron reports code 0 for a process that was killed, so an exit we did not ask for is never clean. */
  private lose(child: UtilityProcess, code: number): void {
    if (child !== this.child) return;
    this.child = null;
    this.enter({ state: 'gone', reason: code === 0 ? killed : `The compute process ended with code ${code}.` });
  }

  /** Electron may know better why, before or after the exit; a process that runs again is not concerned. */
  private explain(why: string): void {
    const reason = reasons[why];
    if (this.current.state === 'gone' && reason !== undefined) this.enter({ state: 'gone', reason });
  }
}

const killed = 'The compute process was ended from outside.';
const reasons: Readonly<Record<string, string>> = {
  killed,
  crashed: 'The compute process crashed.',
  oom: 'The compute process ran out of memory.',
  'launch-failed': 'The compute process could not be started.',
};

function whyNot(state: ComputeState): string {
  return state.state === 'gone' ? state.reason : 'The compute process is still starting.';
}
