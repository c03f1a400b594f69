/** Schemas used by several parts of the contract. */
import { z } from 'zod';
import { isText } from '../../renderer/messages/format-message';
import type { Text } from '../../renderer/messages/message';
import { MAX_SEED } from './limits';

export const id = z.string().min(1).max(120);
export const count = z.number().int().nonnegative();
export const token = z.number().int().min(0).max(255);
export const share = z.number().min(0).max(1);
export const splitName = z.enum(['train', 'test']);
export const seed = z.number().int().min(0).max(MAX_SEED);
/** A path of this machine, from a dialog or a drop. */
export const path = z.string().min(1).max(4096);

/** A sentence for people that its reader formats; records of earlier versions hold plain strings. */
export const text = z.custom<Text>(isText);

/** One puzzle as the model reads it: row-major tokens, `labels` 0 where there is no answer. */
export const puzzleSchema = z.object({
  /** e.g. `sudoku-4x4/test/17`; typed puzzles have `typed`. */
  address: z.string(),
  inputs: z.array(token),
  labels: z.array(token),
});

/**
 * Name of a long-running request, chosen by the client; progress is reported under it (`job/progress`).
 */
export const job = z.string().min(1).max(60).optional();
