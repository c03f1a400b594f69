/** JSON from files: its nesting is checked before it is parsed, since parsing deep lists takes fifty times the memory of their text. */
import { message, type Text } from '../../renderer/messages/message';
import { FormatError } from './format-error';

/** Levels of lists and objects; files of the lab and of the formats it reads have fewer than ten. */
const MAX_DEPTH = 64;

/** @throws FormatError for text that is not JSON, or nested too deeply */
export function parseBoundedJson(text: string, where: Text): unknown {
  if (isDeeperThan(text, MAX_DEPTH))
    throw new FormatError(where, message('formats.maxLevels', { max: MAX_DEPTH }), message('formats.deeper'));
  try {
    return JSON.parse(text);
  } catch (reason) {
    throw new FormatError(
      where,
      message('formats.json'),
      message('formats.invalidJson', { reason: (reason as SyntaxError).message.replace(/\s+/gu, ' ') }),
    );
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((character) =>
  character.charCodeAt(0),
);

/** Whether brackets outside of strings are open at more levels; for text that is not JSON, any answer. */
function isDeeperThan(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > max) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return false;
}
