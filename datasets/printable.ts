/** Text that may come from files or other people, made safe to show: what a terminal, a log or a line of text would act upon is spelled out. */
import { codePoint } from './kinds/text';

/**
 * Control characters, line breaks included; invisible ones, such as those that reorder the text around them; halves of surrogate
 * pairs. Not the joiners, which emoji and many scripts need.
 */
const ACTING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** The text on one line, such characters as code points: `U+001B`. */
export const printable = (text: string): string => text.replace(ACTING, codePoint);

/** At most `max` characters of a text, with an ellipsis where it was longer. */
export const shorten = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max)}…` : text);

/** JSON with such characters as `\u` escapes: it parses to the same value. JSON itself leaves some of them as they are. */
export const printableJson = (json: string): string =>
  json.replace(ACTING, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
