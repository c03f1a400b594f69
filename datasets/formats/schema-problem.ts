/** The first reason why a value from a file does not match a schema, in words that fit into a line. */
import type { z } from 'zod';

interface SchemaProblem {
  /** Keys that lead to the wrong value, with dots between them; empty for the value itself. */
  readonly place: string;
  readonly reason: string;
}

const MAX_CHARACTERS = 200;

export function findSchemaProblem({ issues }: Pick<z.ZodError, 'issues'>): SchemaProblem {
  const { path, message } = issues[0]!;
  const reason = message
    .replace(/^Invalid input: /u, '')
    .replace(/, received undefined$/u, ', found nothing')
    .replace(/, received /u, ', found ')
    .replace(/\s+/gu, ' ');
  return { place: shorten(path.map(String).join('.')), reason: shorten(reason) };
}

const shorten = (text: string): string => (text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);
