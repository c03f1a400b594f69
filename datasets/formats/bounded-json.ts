/**
 * JSON from files: its nesting and the number of its values are checked before it is parsed, since deep lists take fifty times the memory of
 * their text, and short values ten times.
 */
import { message, type Message, type Text } from '../../renderer/messages/message';
import { FormatError } from './format-error';

/** Levels of lists and objects; files of the lab and of the formats it reads have fewer than ten. */
const MAX_DEPTH = 64;

/** Values in all lists and objects: three times the identifiers of all ARC tasks with a thousand copies. */
const MAX_VALUES = 2 ** 22;

/** Editors on Windows begin a file with it. */
const BYTE_ORDER_MARK = '\ufeff';

/** @throws FormatError for text that is not JSON, nested too deeply, or of too many values */
export function parseBoundedJson(text: string, where: Text): unknown {
  const excess = findExcess(text);
  if (excess !== null) throw new FormatError(where, ...describeExcess[excess]);
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (reason) {
    throw new FormatError(
      where,
      message('formats.json'),
      message('formats.invalidJson', { reason: (reason as SyntaxError).message.replace(/\s+/gu, ' ') }),
    );
  }
}

/** For JSON that is read elsewhere. @throws SyntaxError where `parseBoundedJson` finds too many levels or values */
export function requireBounded(text: string): void {
  const excess = findExcess(text);
  if (excess !== null) throw new SyntaxError(`more than ${excess === 'levels' ? MAX_DEPTH : MAX_VALUES} ${excess}`);
}

type Excess = 'levels' | 'values';

/** What is expected, and what was found. */
const describeExcess: Readonly<Record<Excess, readonly [Message, Message]>> = {
  levels: [message('formats.maxLevels', { max: MAX_DEPTH }), message('formats.deeper')],
  values: [message('formats.maxValues', { max: MAX_VALUES }), message('formats.moreValues')],
};

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\,[]{}'].map((character) =>
  character.charCodeAt(0),
);

/** What there is too much of outside of strings, null if nothing; for text that is not JSON, any answer. */
function findExcess(text: string): Excess | null {
  let [depth, values] = [0, 0];
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COMMA) {
      if (++values >= MAX_VALUES) return 'values';
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) return 'levels';
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return null;
}
