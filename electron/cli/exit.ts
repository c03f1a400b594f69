/** What ends a command early, and the exit code it ends with: 2 for wrong use, 1 for everything that failed. */
import { CommanderError } from 'commander';
import { ExistsError } from '../../datasets/formats/atomic-write';
import { FormatError } from '../../datasets/formats/format-error';
import { PuzzleTextError } from '../../datasets/kinds/puzzle-kind';
import { UnknownIdError } from '../../datasets/kinds/kind-family';
import { MissingConfigError } from '../../models/checkpoint/import/import-model';
import { ConfigError } from '../../models/family/config';
import { DeviceError } from '../compute/devices/devices';
import { ChangedDataError, RunFolderError } from '../compute/runs/run-record';
import type { TrainingRun } from '../compute/runs/training-run';
import { errorMessage } from '../contract/error-message';

/** The command was given something it cannot work with; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const wrongUse = [
  UsageError,
  MissingConfigError,
  DeviceError,
  RunFolderError,
  ChangedDataError,
  UnknownIdError,
  PuzzleTextError,
  FormatError,
  ExistsError,
  ConfigError,
];

export function getExitCode(error: unknown): number {
  // Commander ends with 0 after --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return wrongUse.some((kind) => error instanceof kind) ? 2 : 1;
}

/** One line for people. Commander has printed its own already. */
export function formatError(error: unknown): string | null {
  return error instanceof CommanderError ? null : errorMessage(error);
}
/** Ctrl-C while something is under way. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds within which two signals are one: npm passes a Ctrl-C on that the terminal has sent to the whole group already. */
const ONE = 1000;

/**
 * Calls `stop` once: at the first signal, or when nobody reads the output any more. A later signal kills
 * as usual. Returns the function that ends the listening.
 */
export function onInterrupt(stop: () => void): () => void {
  let stoppedAt: number | null = null;
  const begin = () => {
    if (stoppedAt !== null) return;
    stoppedAt = performance.now();
    stop();
  };
  const interrupt = (signal: NodeJS.Signals) => {
    if (stoppedAt === null || performance.now() - stoppedAt < ONE) return begin();
    end();
    process.kill(process.pid, signal);
  };
  const end = () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.stdout.off('error', begin);
  };
  for (const signal of signals) process.on(signal, interrupt);
  process.stdout.on('error', begin);
  return end;
}

/** Stops a training at Ctrl-C, also while it is being prepared. Returns the function that ends the listening. */
export const stopOnInterrupt = (preparing: Promise<TrainingRun>): (() => void) =>
  onInterrupt(
    () =>
      void preparing.then(
        ({ control }) => control.stop(),
        () => undefined,
      ),
  );
