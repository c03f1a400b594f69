/**
 * Starts, connects and restarts the compute process. Its messages do not pass through main: each window has a port
 * to it.
 */
import {
  app,
  MessageChannelMain,
  utilityProcess,
  type MessagePortMain,
  type UtilityProcess,
  type WebFrameMain,
} from 'electron';
import { runtimeEnv } from '../compute/devices/providers';
import { message, MessageError, type Message } from '../../renderer/messages/message';
import type { ComputeMessage, MainMessage } from '../contract/compute-messages';
import type { ComputeState } from '../contract/main-api';
import { FileAccess } from './file-access';
import { Heartbeat } from './heartbeat';

const serviceName = 'TRM Puzzle Lab compute';

export interface ComputeProcessOptions {
  /** The built `compute.cjs`. */
  readonly script: string;
  /** Environment variables of compute, in addition to those of main. */
  readonly env: Readonly<Record<string, string>>;
  /** Cores to use; null: the default. */
  readonly cores: number | null;
  readonly onState: (state: ComputeState) => void;
  /** Called when training or an evaluation begins or has ended, also because the process has ended. */
  readonly onBusy: (isBusy: boolean) => void;
  /** Called when a run has paused itself. */
  readonly onPaused: () => void;
}

export class ComputeProcess {
  /** Files that the user has chosen for requests of the window. */
  readonly files = new FileAccess((grant) => this.send(grant));
  private child: UtilityProcess | null = null;
  private heartbeat: Heartbeat | null = null;
  private current: ComputeState = { state: 'starting' };
  private cores: number | null;

  constructor(private readonly options: ComputeProcessOptions) {
    this.cores = options.cores;
    app.on('child-process-gone', (_event, details) => {
      if (details.serviceName === serviceName || details.name === serviceName) this.setExitReason(details.reason);
    });
  }

  get state(): ComputeState {
    return this.current;
  }

  start(): void {
    this.setState({ state: 'starting' });
    const child = utilityProcess.fork(this.options.script, [], {
      serviceName,
      stdio: 'inherit',
      env: { ...process.env, ...this.options.env, ...runtimeEnv },
    });
    this.child = child;
    child.once('spawn', () => {
      if (child !== this.child) return;
      this.setCores(this.cores);
      this.files.sendAll();
      this.setState({ state: 'ready' });
      this.heartbeat = new Heartbeat({
        ask: () => this.send({ type: 'ping' }),
        onChange: (isHung) => this.setState({ state: isHung ? 'hung' : 'ready' }),
      });
    });
    child.on('message', (received: ComputeMessage) => child === this.child && this.receive(received));
    child.once('exit', (code) => this.handleExit(child, code));
  }

  /** Restarts the process, even one that hangs; no effect while it is starting. */
  async restart(): Promise<void> {
    if (this.current.state === 'starting') return;
    this.setState({ state: 'starting' });
    await this.stop();
    this.start();
  }

  /** Ends the process after it has written a checkpoint of the active run; one that hangs is killed. */
  async quit(): Promise<void> {
    if (this.current.state === 'hung') return this.stop();
    await this.end((child) => child.postMessage({ type: 'quit' } satisfies MainMessage), SAVING_TIME);
  }

  /** Ends the process without publishing a state. */
  private stop(): Promise<void> {
    return this.end((child) => void child.kill(), EXIT_TIME);
  }

  /** @param timeout milliseconds until a process that does not end is killed */
  private async end(request: (child: UtilityProcess) => void, timeout: number): Promise<void> {
    const child = this.child;
    if (child === null) return;
    this.release();
    const exited = new Promise((resolve) => child.once('exit', resolve));
    request(child);
    const timer = setTimeout(() => forceKill(child), timeout);
    // A process that the system cannot end must not keep the application open.
    const timedOut = new Promise((resolve) => setTimeout(resolve, timeout + EXIT_TIME).unref());
    await Promise.race([exited, timedOut]);
    clearTimeout(timer);
  }

  /** Sends a page a new port to compute. @throws MessageError while compute is not ready */
  connect(frame: WebFrameMain): void {
    if (this.child === null || (this.current.state !== 'ready' && this.current.state !== 'hung'))
      throw this.createNotReadyError();
    const { port1, port2 } = new MessageChannelMain();
    this.send({ type: 'port' }, [port1]);
    frame.postMessage('main/port', null, [port2]);
  }

  /** Sets the cores to use from the next calculation on; null: the default. Remembered for a restart. */
  setCores(cores: number | null): void {
    this.cores = cores;
    this.send({ type: 'cores', cores });
  }

  /** Call when the computer wakes up: the time of its sleep is no training time. */
  reportWake(): void {
    this.send({ type: 'wake' });
  }

  /** Does nothing while there is no process. */
  private send(request: MainMessage, ports: MessagePortMain[] = []): void {
    this.child?.postMessage(request, ports);
  }

  private receive(received: ComputeMessage): void {
    if (received.type === 'busy') this.options.onBusy(received.isBusy);
    else if (received.type === 'paused') this.options.onPaused();
    else this.heartbeat?.answer();
  }

  /** Forgets the process, which has ended or is about to. */
  private release(): void {
    this.child = null;
    this.heartbeat?.stop();
    this.heartbeat = null;
    this.options.onBusy(false);
  }

  private createNotReadyError(): MessageError {
    return this.current.state === 'exited'
      ? new MessageError('app.compute.unavailable', { reason: this.current.reason })
      : new MessageError('app.compute.starting');
  }

  private setState(state: ComputeState): void {
    this.current = state;
    this.options.onState(state);
  }

  /** Handles an unrequested exit, which is never clean: older versions of Electron report code 0 for a killed process. */
  private handleExit(child: UtilityProcess, code: number): void {
    if (child !== this.child) return;
    this.release();
    const reason = code === 0 ? message('app.compute.killed') : message('app.compute.exitCode', { code: String(code) });
    this.setState({ state: 'exited', reason });
  }

  /** Sets the reason that Electron reports, before or after the exit; no effect once the process runs again. */
  private setExitReason(code: string): void {
    const reason = exitReasons[code];
    if (this.current.state === 'exited' && reason !== undefined) this.setState({ state: 'exited', reason });
  }
}

/** Milliseconds until a process that does not end is killed: after a signal, and while it writes a checkpoint to a slow disk. */
const EXIT_TIME = 2000;
const SAVING_TIME = 60_000;

/** Ends a process that is stopped or handles no signals; without effect on one that has ended. */
function forceKill({ pid }: UtilityProcess): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Texts of Electron's reasons. */
const exitReasons: Readonly<Record<string, Message>> = {
  killed: message('app.compute.killed'),
  crashed: message('app.compute.crashed'),
  oom: message('app.compute.outOfMemory'),
  'launch-failed': message('app.compute.launchFailed'),
};
