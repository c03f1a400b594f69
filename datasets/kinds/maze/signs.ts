/** Signs of mazes that other programs use. */

/** The usual signs: wall, open cell, start, goal, path, and padding. */
const USUAL = /^[# SGo._\r\n]*$/u;

/** Signs of the ends, most definite first; an end is there once. */
const starts = 'SsAa@Pp';
const goals = 'GgEeFfXxTtBb$*';

/**
 * A text with `#`, space, `S`, `G` and `o` for its own signs: blocks and lines for walls (`█`, `+`, `|`, `-`), or `1` and `0` for walls and open
 * cells, with `2` and `3` for the ends; `E`, `F`, `X`, `*` and others for the goal. A text with other signs stays as it is.
 */
export function toUsualSigns(text: string): string {
  if (USUAL.test(text)) return text;
  const plain = replaceNumbers(text.replace(/[█▓▒■▉\u2500-\u257f]/gu, '#'));
  const walled = plain.includes('#') ? plain : replaceWalls(plain);
  const isOnce = (sign: string) => walled.split(sign).length === 2;
  const start = [...starts].find(isOnce);
  const goal = [...goals].find((sign) => isOnce(sign) && sign !== start);
  if (start === undefined || goal === undefined) return walled;
  return [...walled]
    .map((sign) => {
      if (sign === start) return 'S';
      if (sign === goal) return 'G';
      return PATH.test(sign) ? 'o' : sign;
    })
    .join('');
}

const PATH = /[O*+•]/u;

function replaceNumbers(text: string): string {
  if (text.includes('#') || !/^[\dA-Za-z*@$\r\n]*1[\dA-Za-z*@$\r\n]*$/u.test(text)) return text;
  const isOnce = (digit: string) => text.split(digit).length === 2;
  const hasEnds = isOnce('2') && isOnce('3');
  const named = hasEnds ? text.replace('2', 'S').replace('3', 'G') : text;
  return /[2-9]/u.test(named) ? text : named.replaceAll('1', '#').replaceAll('0', ' ');
}

/** Walls of `+---+` and `|`, or of `X` or `W` where there are many. */
function replaceWalls(text: string): string {
  if (text.includes('+') && text.includes('|')) return text.replace(/[+|-]/gu, '#');
  const wall = ['X', 'W', 'x', 'w'].find((sign) => text.split(sign).length > MIN_WALLS);
  return wall === undefined ? text : text.replaceAll(wall, '#');
}

/** Of the smallest maze. */
const MIN_WALLS = 4;
