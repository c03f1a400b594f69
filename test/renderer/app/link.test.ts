import { expect, test } from 'vitest';
import { formatLink, parseLink } from '../../../renderer/app/link';

const views = ['home', 'solve'];

test('a link leads to the view and what it shows', () => {
  const location = { view: 'solve', subpath: 'sudoku-4x4/@3,16/=1 .?#/4' };
  expect(parseLink(` ${formatLink(location)}\n`, views)).toEqual(location);
  expect(parseLink('trm-puzzle-lab://home', views)).toEqual({ view: 'home', subpath: '' });
});

test.each(['solve/sudoku-4x4/x', 'https://example.org/solve/x', 'trm-puzzle-lab://secrets/x', 'trm-puzzle-lab://'])(
  '"%s" is no link',
  (text) => expect(parseLink(text, views)).toBeNull(),
);
