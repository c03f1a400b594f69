/** How well a command fits what was typed: its letters in their order, best at the beginnings of words. */

const START_OF_WORD = 8;
const NEXT_TO_LAST = 9;
const START_OF_TEXT = 4;

/**
 * Null where the letters of the query do not all occur in their order; else higher is better.
 * Every word of the query may fit anywhere, so that `train new` finds `New training`.
 */
export function fit(query: string, text: string): number | null {
  const words = plain(query).split(/\s+/u).filter(Boolean);
  const scores = words.map((word) => fitWord(word, plain(text)));
  return scores.some((score) => score === null) ? null : scores.reduce<number>((sum, score) => sum + (score ?? 0), 0);
}

/** Whether every word of the query is the beginning of some word of the text. */
export function beginsWords(query: string, text: string): boolean {
  const there = plain(text);
  return plain(query)
    .split(/\s+/u)
    .filter(Boolean)
    .every((word) => {
      for (let at = there.indexOf(word); at >= 0; at = there.indexOf(word, at + 1))
        if (beginsWord(there, at)) return true;
      return false;
    });
}

/** Best of all places where the first letter fits. */
function fitWord(word: string, text: string): number | null {
  let best: number | null = null;
  for (let start = text.indexOf(word[0]!); start >= 0; start = text.indexOf(word[0]!, start + 1)) {
    const score = fitFrom(word, text, start);
    if (score !== null && (best === null || score > best)) best = score;
  }
  return best;
}

function fitFrom(word: string, text: string, start: number): number | null {
  let score = 0;
  let last = start - 1;
  for (const [i, letter] of [...word].entries()) {
    const at = i === 0 ? start : nextPlace(letter, text, last);
    if (at < 0) return null;
    score +=
      1 +
      (beginsWord(text, at) ? START_OF_WORD : 0) +
      (i > 0 && at === last + 1 ? NEXT_TO_LAST : 0) +
      (at === 0 ? START_OF_TEXT : 0) -
      Math.min(3, (at - last - 1) / 8);
    last = at;
  }
  return score - text.length / 200;
}

/** Right behind the last letter, else at the beginning of a word, else anywhere. */
function nextPlace(letter: string, text: string, last: number): number {
  if (text[last + 1] === letter) return last + 1;
  for (let at = text.indexOf(letter, last + 1); at >= 0; at = text.indexOf(letter, at + 1))
    if (beginsWord(text, at)) return at;
  return text.indexOf(letter, last + 1);
}

const beginsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
