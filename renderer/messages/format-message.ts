/** Messages as text in one language. */
import type { Message, Text } from './message';

/** A compiled language, e.g. `virtual:messages/de`: functions by message id. */
export type Catalogue = Readonly<Record<string, (parameters: Readonly<Record<string, unknown>>) => string>>;

/** Formats texts in one language. @param locale BCP 47 tag */
export function createFormatter(catalogue: Catalogue, locale: string): (text: Text) => string {
  const list = new Intl.ListFormat(locale);
  const format = (text: Text): string => {
    if (typeof text === 'string') return text;
    return isList(text) ? list.format(text.map(format)) : formatMessage(text);
  };
  const formatMessage = ({ id, parameters }: Message): string => {
    const compiled = Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
    // A file of a newer version or another program may hold a message that is not known here, or other parameters.
    return (compiled && tryFormat(compiled, parameters)) ?? `${id} ${JSON.stringify(parameters)}`;
  };
  /** Null where a parameter is missing or of another type. */
  const tryFormat = (compiled: Catalogue[string], parameters: Message['parameters']): string | null => {
    const formatted = Object.entries(parameters).map(([name, value]) => [name, isText(value) ? format(value) : value]);
    try {
      return compiled(requireAll(Object.fromEntries(formatted) as Message['parameters']));
    } catch {
      return null;
    }
  };
  return format;
}

/** Parameters of which a missing one is an error. */
const requireAll = (parameters: Message['parameters']): Message['parameters'] =>
  new Proxy(parameters, {
    get(known, name) {
      if (!Object.hasOwn(known, name)) throw new TypeError(`no parameter ${String(name)}`);
      return known[String(name)];
    },
  });

const isList = (text: Text): text is readonly Text[] => Array.isArray(text);

/** Whether a value has the shape of a text. */
export function isText(value: unknown): value is Text {
  if (Array.isArray(value)) return value.every(isText);
  if (typeof value !== 'object' || value === null) return typeof value === 'string';
  return 'id' in value && typeof value.id === 'string' && 'parameters' in value && isRecord(value.parameters);
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
