/** Errors, signals and exit codes of commands: 2 for usage errors, 1 for other failures, 3 for a puzzle without a valid answer. */
import { CommanderError } from 'commander';
import { ExistsError } from '../../datasets/formats/atomic-write';
import { FormatError } from '../../datasets/formats/format-error';
import { PuzzleTextError } from '../../datasets/kinds/puzzle-kind';
import { UnknownIdError } from '../../datasets/kinds/kind-family';
import { MissingConfigError } from '../../models/checkpoint/import/import-model';
import { ConfigError } from '../../models/family/config';
import { DeviceError } from '../compute/devices/devices';
import { ExperimentFolderError } from '../compute/experiments/experiment-folder';
import { ChangedDataError, RunFolderError } from '../compute/runs/run-record';
import type { Trainer } from '../compute/runs/trainer';
import { formatEnglish } from '../../renderer/messages/english';
import { withRemedy } from '../contract/disk-remedy';
import { errorText } from '../contract/error-message';

/** Invalid arguments; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const usageErrors = [
  UsageError,
  MissingConfigError,
  DeviceError,
  RunFolderError,
  ExperimentFolderError,
  ChangedDataError,
  UnknownIdError,
  PuzzleTextError,
  FormatError,
  ExistsError,
  ConfigError,
];

/** `solve` worked, but its last or picked answer breaks the rules or is incomplete. */
export const NOT_SOLVED = 3;

export function getExitCode(error: unknown): number {
  // Commander exits with 0 after --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return usageErrors.some((kind) => error instanceof kind) ? 2 : 1;
}

/** The message as one line, with what to do about the disk; null for errors that Commander has printed already. */
export function formatError(error: unknown): string | null {
  if (error instanceof CommanderError) return null;
  const text = errorText(error);
  // A path on the command line that does not exist is rather mistyped than on another disk.
  return formatEnglish((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' ? text : withRemedy(text));
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds within which two signals count as one: npm forwards a Ctrl-C that the terminal sends to the whole group. */
const SAME_SIGNAL = 1000;

/** What stops the command in progress. */
const interruptions = new Set<() => void>();

/** Stops the command as the first signal does; ends the process where it has nothing to save. */
export function interrupt(): void {
  if (interruptions.size === 0) process.kill(process.pid, 'SIGTERM');
  interruptions.forEach((begin) => begin());
}

/**
 * Calls `stop` once: at the first signal, or when the output pipe is closed. A later signal kills the process.
 * Returns a function that removes the listeners.
 */
export function onInterrupt(stop: () => void): () => void {
  let stoppedAt: number | null = null;
  const begin = () => {
    if (stoppedAt !== null) return;
    stoppedAt = performance.now();
    stop();
  };
  const handleSignal = (signal: NodeJS.Signals) => {
    if (stoppedAt === null || performance.now() - stoppedAt < SAME_SIGNAL) return begin();
    end();
    process.kill(process.pid, signal);
  };
  const end = () => {
    for (const signal of signals) process.off(signal, handleSignal);
    process.stdout.off('error', begin);
    interruptions.delete(begin);
  };
  interruptions.add(begin);
  for (const signal of signals) process.on(signal, handleSignal);
  process.stdout.on('error', begin);
  return end;
}

/** Stops training at Ctrl-C, also while the trainer is being prepared. Returns a function that removes the listeners. */
export const stopOnInterrupt = (preparing: Promise<Trainer>): (() => void) =>
  onInterrupt(
    () =>
      void preparing.then(
        ({ control }) => control.stop(),
        () => undefined,
      ),
  );
