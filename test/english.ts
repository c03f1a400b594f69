/** A value with every message in it as its English text. */
import { formatEnglish } from '../renderer/messages/english';
import { isText } from '../renderer/messages/format-message';

export function inEnglish(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(inEnglish);
  if (isText(value)) return formatEnglish(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inEnglish(entry)]));
}
