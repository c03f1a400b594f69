/** English that looks translated: accented, a third longer, in brackets. Clipped or untranslated text stands out. */
import { parse } from '@messageformat/parser';

const accents = new Map(
  Object.entries({
    a: 'á',
    c: 'ç',
    e: 'é',
    i: 'í',
    n: 'ñ',
    o: 'ó',
    u: 'ú',
    y: 'ý',
    A: 'Å',
    E: 'É',
    I: 'Î',
    O: 'Ö',
    U: 'Û',
  }),
);
/** Of the text's letters: German and French are about this much longer than English. */
const EXTRA_LENGTH = 0.35;

/** @param text in ICU MessageFormat; its arguments stay as they are */
export function pseudoLocalise(text) {
  const length = Math.ceil(text.replace(/\{[^}]*\}/g, '').length * EXTRA_LENGTH);
  // Words, so that it breaks where sentences would.
  const padding = '~'.repeat(length).replace(/~{5}(?=~)/g, '~~~~~ ');
  return `[${parse(text).map(render).join('')}${padding}]`;
}

function render(token) {
  if (token.type === 'content') return escapeSyntax(accent(token.value));
  if (token.type === 'octothorpe') return '#';
  if (token.type === 'argument') return `{${token.arg}}`;
  if (token.type === 'function') return `{${[token.arg, token.key, ...styleOf(token)].join(',')}}`;
  const cases = token.cases.map(({ key, tokens }) => `${key} {${tokens.map(render).join('')}}`).join(' ');
  return `{${token.arg}, ${token.type}, ${cases}}`;
}

const styleOf = ({ param }) => (param ? [param.map(({ value }) => value).join('')] : []);

const accent = (text) => [...text].map((letter) => accents.get(letter) ?? letter).join('');

const escapeSyntax = (text) => text.replace(/'/g, "''").replace(/[{}]/g, (brace) => `'${brace}'`);
