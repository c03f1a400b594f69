/** JSON files of the lab with a checksum of their content, so that a changed digit is noticed. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { requireBounded } from './bounded-json';

const hashOf = (value: object): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** @param value without undefined in it */
export const stringifyWithChecksum = (value: object): string =>
  `${JSON.stringify({ ...value, sha256: hashOf(value) }, null, 2)}\n`;

/** The content without its checksum, and whether they differ; a file of an earlier version has none. @throws SyntaxError for text that is not JSON, nested too deeply, or of too many values */
export function parseWithChecksum(text: string): { readonly value: unknown; readonly isDamaged: boolean } {
  requireBounded(text);
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { value: parsed, isDamaged: false };
  const { sha256, ...value } = parsed as { readonly sha256?: unknown };
  return { value, isDamaged: sha256 !== undefined && sha256 !== hashOf(value) };
}

/** The content without its checksum; null where it is damaged, is not JSON or does not match the schema. */
export function parseUndamaged<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> | null {
  try {
    const { value, isDamaged } = parseWithChecksum(text);
    return isDamaged ? null : schema.parse(value);
  } catch {
    return null;
  }
}
