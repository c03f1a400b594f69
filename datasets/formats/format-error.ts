/** Files with invalid content. */
import { isText } from '../../renderer/messages/format-message';
import { message, MessageError, type Message, type Text } from '../../renderer/messages/message';
import { printable, shorten } from '../printable';

/** A file with invalid content: where, what was expected, what was found. */
export class FormatError extends MessageError<'formats.error'> {
  override readonly name = 'FormatError';

  constructor(
    /** File, and place in it where there is one: `train.csv, line 3`. */
    readonly where: Text,
    readonly expected: Text,
    readonly found: Text,
  ) {
    super('formats.error', {
      where: spellOutControls(where),
      expected: spellOutControls(expected),
      found: spellOutControls(found),
    });
  }
}

/** More than any name or value that helps to find the place. */
const MAX_CHARACTERS = 500;

/** Files can contain anything, and errors quote them: long texts are cut, and control characters are written as code points. */
function spellOutControls(text: Text): Text {
  if (typeof text === 'string') return printable(shorten(text, MAX_CHARACTERS));
  if ('id' in text) return { id: text.id, parameters: mapValues(text.parameters) } as Message;
  return text.map(spellOutControls);
}

/** A number with the separators of a language, for `found`. */
export const numberText = (value: number): Message => message('formats.number', { value });

function mapValues(parameters: Message['parameters']): object {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]: [string, unknown]) => [
      name,
      isText(value) ? spellOutControls(value) : value,
    ]),
  );
}
