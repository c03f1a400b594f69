/** JSON files of the lab with a checksum of their content, so that a changed digit is noticed. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { requireBounded } from './bounded-json';

/** The checksum of a content without undefined in it. */
export const checksumOf = (value: object): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** @param value without undefined in it */
export const stringifyWithChecksum = (value: object): string =>
  `${JSON.stringify({ ...value, sha256: checksumOf(value) }, null, 2)}\n`;

interface Parsed {
  /** The content without its checksum. */
  readonly value: unknown;
  /** That of the file; null in files of earlier versions. */
  readonly checksum: string | null;
  /** Whether content and checksum differ. */
  readonly isDamaged: boolean;
}

/** @throws SyntaxError for text that is not JSON, nested too deeply, or of too many values */
export function parseWithChecksum(text: string): Parsed {
  requireBounded(text);
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { value: parsed, checksum: null, isDamaged: false };
  const { sha256, ...value } = parsed as { readonly sha256?: unknown };
  const checksum = typeof sha256 === 'string' ? sha256 : null;
  return { value, checksum, isDamaged: sha256 !== undefined && sha256 !== checksumOf(value) };
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
