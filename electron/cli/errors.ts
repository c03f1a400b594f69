/** What ends a command early, and the exit code it ends with: 2 for wrong use, 1 for everything that failed. */
import { CommanderError } from 'commander';
import { UnknownIdError } from '../../datasets/unknown-id';
import { ExistsError } from '../../datasets/formats/atomic';
import { FormatError } from '../../datasets/formats/format-error';
import { PuzzleTextError } from '../../datasets/kinds/puzzle-kind';
import { MissingConfigError } from '../../models/checkpoint/import/import-model';
import { ConfigError } from '../../models/family/config';
import { DeviceError } from '../compute/devices/devices';
import { RunFolderError } from '../compute/runs/run-record';
import { ChangedDataError } from '../compute/runs/run-start';
import { failureOf } from '../contract/error-message';

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

export function exitCodeOf(error: unknown): number {
  // Commander ends with 0 after --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return wrongUse.some((kind) => error instanceof kind) ? 2 : 1;
}

/** One line for people. Commander has printed its own already. */
export function messageOf(error: unknown): string | null {
  return error instanceof CommanderError ? null : failureOf(error);
}
