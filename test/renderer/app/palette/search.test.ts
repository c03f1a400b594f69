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

test('with nothing typed stand those used last, then the others by group, each once', () => {
  const commands = [command('Home', 'goTo'), command('Import'), command('Dark', 'appearance')];
  expect(titles('', commands, ['Import', 'gone'])).toEqual([
    ['Recently used', 'Import'],
    ['Go to', 'Home'],
    ['Appearance', 'Dark'],
  ]);
});

test('what was used lately comes before what fits as well', () => {
  const commands = [command('Import a model'), command('Import a set')];
  expect(titles('import', commands, ['Import a set'])).toEqual([['Actions', 'Import a set', 'Import a model']]);
});

test('a command is found by its further words, after those that have it in the title', () => {
  const commands = [command('Presenter mode', 'appearance', { keywords: ['teach'] }), command('Teach it')];
  expect(titles('teach', commands)).toEqual([
    ['Actions', 'Teach it'],
    ['Appearance', 'Presenter mode'],
  ]);
});

test('letters strewn over the further words find nothing', () => {
  expect(titles('sud', [command('Maze', 'runs', { keywords: ['mazes run'], hint: 'finished, seed 1' })])).toEqual([]);
  expect(titles('seed maz', [command('Maze', 'runs', { keywords: ['mazes run'], hint: 'finished, seed 1' })])).toEqual([
    ['Runs', 'Maze'],
  ]);
});

test('a command is found in each of the languages', () => {
  const german = { 'New run': 'Neuer Lauf', Import: 'Importieren' } as Readonly<Record<string, string>>;
  const languages = [(text: Text) => german[String(text)] ?? formatEnglish(text), formatEnglish];
  const found = (query: string) =>
    rankCommands(query, [command('Import'), command('New run')], [], languages).map(({ id }) => id);
  expect(found('neuer')).toEqual(['New run']);
  expect(found('new run')).toEqual(['New run']);
});

test('a thousand models do not bury the rest', () => {
  const models = Array.from({ length: 1000 }, (_, i) => command(`Watch model ${i}`, 'models'));
  const [, ...found] = titles('watch', models)[0]!;
  expect(found).toHaveLength(6);
  expect(titles('', [...models, command('Import')]).find(([title]) => title === 'Models')).toHaveLength(4);
});

test('nothing fits, nothing is shown', () => expect(titles('xyz', [command('Home')])).toEqual([]));

const find = (query: string, texts: readonly string[]) =>
  rankCommands(
    query,
    texts.map((text) => command(text)),
    [],
    [formatEnglish],
  ).map(({ title }) => title);

test('letters in their order fit, others do not', () => {
  expect(find('ntr', ['New training'])).toHaveLength(1);
  expect(find('rtn', ['New training'])).toHaveLength(0);
});

test('terms fit in any order, and accents do not matter', () => {
  expect(find('training new', ['New training'])).toHaveLength(1);
  expect(find('resume', ['Résumé'])).toHaveLength(1);
});

test.each([
  ['train', ['Restrain all', 'The rain in time', 'Train on Sudoku'], 'Train on Sudoku'],
  ['dt', ['Undated things', 'Dark theme'], 'Dark theme'],
  ['set', ['Resettle', 'Settings'], 'Settings'],
  ['set', ['Restore settings', 'Resettle'], 'Restore settings'],
])('beginnings of words count most: %s', (query, texts, expected) => expect(find(query, texts)[0]).toBe(expected));

test('every text is found by itself, by any of its beginnings, and by each of its words', () => {
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
