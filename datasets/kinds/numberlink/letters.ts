/** Numberlink with letters for numbers, as Flow puzzles are written. */

/**
 * Numbers in place of letters, in the order of the alphabet: a puzzle and its answer have the same letters. Small and capital letters are the
 * same, unless each is a pair of its own. A text without letters, with digits beside them, or without pairs stays as it is.
 */
export function lettersToNumbers(text: string): string {
  if (!/[a-z]/iu.test(text) || /[1-9]/u.test(text)) return text;
  const cells = isCaseDistinct(text) ? text : text.toUpperCase();
  const counts = countLetters(cells);
  const letters = [...counts.keys()].sort();
  const isFull = !BLANKS.test(text);
  const isPaired = [...counts.values()].every((count) => (isFull ? count > 1 : count === 2));
  if (!isPaired || letters.length > MAX_LETTERS) return text;
  return cells.replace(/[a-z]/giu, (letter) => String(letters.indexOf(letter) + 1)).replace(/[_-]/gu, '.');
}

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
