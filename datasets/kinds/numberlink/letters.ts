/** Numberlink with letters for numbers, as Flow puzzles are written. */

/**
 * Numbers in place of letters, in the order of the alphabet: those of the question, also in its answer. Small and capital letters are the
 * same, unless each is a pair of its own. A text without letters, with digits beside them, or without pairs stays as it is.
 * @param question of which the text is the answer
 */
export function lettersToNumbers(text: string, question = text): string {
  if (!hasLettersOnly(text)) return text;
  const numbers = numberLetters(question) ?? numberLetters(text);
  if (!numbers) return text;
  return text.replace(/[a-z]/giu, (letter) => numbers.get(letter) ?? letter).replace(/[_-]/gu, '.');
}

const hasLettersOnly = (text: string): boolean => /[a-z]/iu.test(text) && !/[1-9]/u.test(text);

/** The number of each letter, small and capital; null for a text whose letters are no pairs. */
function numberLetters(text: string): ReadonlyMap<string, string> | null {
  if (!hasLettersOnly(text)) return null;
  const isDistinct = isCaseDistinct(text);
  const counts = countLetters(isDistinct ? text : text.toUpperCase());
  const isFull = !BLANKS.test(text);
  const isPaired = [...counts.values()].every((count) => (isFull ? count > 1 : count === 2));
  if (!isPaired || counts.size > MAX_LETTERS) return null;
  const numbers = [...counts.keys()].sort().map((letter, index): [string, string] => [letter, String(index + 1)]);
  return new Map(isDistinct ? numbers : numbers.flatMap(bothCases));
}

const bothCases = ([letter, number]: readonly [string, string]): [string, string][] => [
  [letter, number],
  [letter.toLowerCase(), number],
];

const BLANKS = /[.0_-]/u;

/** A number has one character. */
const MAX_LETTERS = 9;

/** Whether a small and a capital letter are two pairs. In an answer, capitals can be the ends of paths of small letters. */
function isCaseDistinct(text: string): boolean {
  const counts = countLetters(text);
  const twins = [...counts].filter(([letter]) => letter >= 'a' && counts.has(letter.toUpperCase()));
  const capitals = twins.map(([letter]) => counts.get(letter.toUpperCase()) ?? 0);
  if (!BLANKS.test(text)) return capitals.some((count) => count > 2);
  return twins.length > 0 && twins.every(([, count], twin) => count === 2 && capitals[twin] === 2);
}

function countLetters(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const letter of text.match(/[a-z]/giu) ?? []) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}
