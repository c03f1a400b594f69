/** The first reason why a value from a file does not match a schema, in words that fit into a line. */
import type { z } from 'zod';
import { shorten } from '../printable';

interface SchemaProblem {
  /** Keys that lead to the wrong value, with dots between them; empty for the value itself. */
  readonly place: string;
  readonly reason: string;
  /** Null where the reason is not of the form “expected …, found …”. */
  readonly expected: string | null;
  /** What was found; the reason where nothing was expected. */
  readonly found: string;
}

const MAX_CHARACTERS = 200;

export function findSchemaProblem({ issues }: Pick<z.ZodError, 'issues'>): SchemaProblem {
  const { path, message } = issues[0]!;
  const reason = message
    .replace(/^Invalid input: /u, '')
    .replace(/, received undefined$/u, ', found nothing')
    .replace(/, received /u, ', found ')
    // Limits of numbers, texts and lists; a value that is too large for one would be too long for a line.
    .replace(/^Too big: expected (\w+) to (?:be|have) (.+)$/u, 'expected $1 $2, found a larger one')
    .replace(/^Too small: expected (\w+) to (?:be|have) (.+)$/u, 'expected $1 $2, found a smaller one')
    .replace(/^Invalid key in record$/u, 'expected a valid key, found another')
    .replace(/\s+/gu, ' ');
  const [, expected = null, found = reason] = /^expected (.+), found (.+)$/u.exec(reason) ?? [];
  return {
    place: shorten(path.map(String).join('.'), MAX_CHARACTERS),
    reason: shorten(reason, MAX_CHARACTERS),
    expected: expected && shorten(expected, MAX_CHARACTERS),
    found: shorten(found, MAX_CHARACTERS),
  };
}
