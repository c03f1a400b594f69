/** Messages as text in one language. */
import type { Message, Text } from './message';

/** A compiled language, e.g. `virtual:messages/de`: functions by message id. */
export type Catalogue = Readonly<Record<string, (parameters: Readonly<Record<string, unknown>>) => string>>;

/** Formats messages; made once per language. @param locale BCP 47 tag */
export function createFormatter(catalogue: Catalogue, locale: string): (message: Message) => string {
  const list = new Intl.ListFormat(locale);
  const format = ({ id, parameters }: Message): string => {
    // A message of a newer version, e.g. in the record of a run, has no text here.
    const compiled = catalogue[id];
    if (!compiled) return `${id} ${JSON.stringify(parameters)}`;
    return compiled(
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, resolve(value as Text)])),
    );
  };
  const resolve = (value: Text): unknown => {
    if (Array.isArray(value)) return list.format((value as readonly Text[]).map((item) => String(resolve(item))));
    return isMessage(value) ? format(value) : value;
  };
  return format;
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'id' in value && 'parameters' in value;
