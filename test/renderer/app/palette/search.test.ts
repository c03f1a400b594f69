import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  groupTitle,
  rankCommands,
  searchCommands,
  type Command,
  type Group,
} from '../../../../renderer/app/palette/search';
import { formatEnglish } from '../../../../renderer/messages/english';
import type { Text } from '../../../../renderer/messages/message';

const command = (title: string, group: Group = 'actions', more: Partial<Command> = {}): Command => ({
  id: title,
  title,
  group,
  run: () => undefined,
  ...more,
});
const titles = (query: string, commands: readonly Command[], recent: readonly string[] = []) =>
  searchCommands(query, commands, recent, [formatEnglish]).map(({ group, commands: inside }) => [
    formatEnglish(groupTitle(group)),
    ...inside.map((one) => one.title),
  ]);

test('an empty query lists recently used commands, then the others by group', () => {
  const commands = [command('Home', 'goTo'), command('Import'), command('Dark', 'appearance')];
  expect(titles('', commands, ['Import', 'gone'])).toEqual([
    ['Recently used', 'Import'],
    ['Go to', 'Home'],
    ['Appearance', 'Dark'],
  ]);
});

test('recently used commands rank first among equal matches', () => {
  const commands = [command('Import a model'), command('Import a set')];
  expect(titles('import', commands, ['Import a set'])).toEqual([['Actions', 'Import a set', 'Import a model']]);
});

test('keywords match after titles', () => {
  const commands = [command('Presenter mode', 'appearance', { keywords: ['teach'] }), command('Teach it')];
  expect(titles('teach', commands)).toEqual([
    ['Actions', 'Teach it'],
    ['Appearance', 'Presenter mode'],
  ]);
});

test('scattered letters match only titles, not keywords or hints', () => {
  expect(titles('sud', [command('Maze', 'runs', { keywords: ['mazes run'], hint: 'finished, seed 1' })])).toEqual([]);
  expect(titles('seed maz', [command('Maze', 'runs', { keywords: ['mazes run'], hint: 'finished, seed 1' })])).toEqual([
    ['Runs', 'Maze'],
  ]);
});

test('commands are found in each language', () => {
  const german = { 'New run': 'Neuer Lauf', Import: 'Importieren' } as Readonly<Record<string, string>>;
  const languages = [(text: Text) => german[formatEnglish(text)] ?? formatEnglish(text), formatEnglish];
  const found = (query: string) =>
    rankCommands(query, [command('Import'), command('New run')], [], languages).map(({ id }) => id);
  expect(found('neuer')).toEqual(['New run']);
  expect(found('new run')).toEqual(['New run']);
});

test('the number of commands per group is limited', () => {
  const models = Array.from({ length: 1000 }, (_, i) => command(`Watch model ${i}`, 'models'));
  const [, ...found] = titles('watch', models)[0]!;
  expect(found).toHaveLength(6);
  expect(titles('', [...models, command('Import')]).find(([title]) => title === 'Models')).toHaveLength(4);
});

test('a query without matches returns no commands', () => expect(titles('xyz', [command('Home')])).toEqual([]));

const find = (query: string, texts: readonly string[]) =>
  rankCommands(
    query,
    texts.map((text) => command(text)),
    [],
    [formatEnglish],
  ).map(({ title }) => title);

test('letters match in order only', () => {
  expect(find('ntr', ['New training'])).toHaveLength(1);
  expect(find('rtn', ['New training'])).toHaveLength(0);
});

test('terms match in any order and without accents', () => {
  expect(find('training new', ['New training'])).toHaveLength(1);
  expect(find('resume', ['Résumé'])).toHaveLength(1);
});

test.each([
  ['train', ['Restrain all', 'The rain in time', 'Train on Sudoku'], 'Train on Sudoku'],
  ['dt', ['Undated things', 'Dark theme'], 'Dark theme'],
  ['set', ['Resettle', 'Settings'], 'Settings'],
  ['set', ['Restore settings', 'Resettle'], 'Restore settings'],
])('"%s" ranks matches at the beginning of words first', (query, texts, expected) =>
  expect(find(query, texts)[0]).toBe(expected),
);

test('every title is found by itself, by any prefix and by each of its words', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,8}$/u), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 30 }),
      (words, cut) => {
        const text = words.join(' ');
        for (const query of [text, text.slice(0, cut), ...words]) expect(find(query, [text])).toEqual([text]);
      },
    ),
  );
});
