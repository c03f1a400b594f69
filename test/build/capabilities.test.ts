/**
 * Checks that code uses capabilities instead of names: what differs between puzzle kinds, or between model families,
 * is defined in their own folder. Fails if code elsewhere compares a value with one of their names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindFamilies } from '../../datasets/kinds/registry';
import { familyNames } from '../../models/family/families';

interface Names {
  /** What the names stand for, for the title. */
  readonly what: string;
  /** The only folder whose sources may compare them. */
  readonly home: string;
  /** Names, and the prefixes of ids. */
  readonly names: readonly string[];
}

const all: readonly Names[] = [
  {
    what: 'puzzle kind',
    home: 'datasets/kinds',
    names: [...new Set(kindFamilies.flatMap(({ id }) => [id, id.replace(/-.*$/u, '')]))],
  },
  { what: 'model family', home: 'models/family', names: familyNames },
];

const sources = ['datasets', 'models', 'electron', 'renderer'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|svelte)$/u.test(path))
    .map((path) => join(folder, path).replaceAll('\\', '/')),
);

/** Returns the lines of a source that compare a value with one of the names. */
function findComparisons(text: string, names: readonly string[]): string[] {
  const name = `(?:${names.join('|')})`;
  const literal = `['"\`]${name}(?:-[^'"\`]*)?['"\`]`;
  const patterns = [
    // x === 'maze', 'maze' !== x, and the same with the kind itself: kind.id === arc.id
    `[=!]==? *(?:${literal}|${name}(?:\\.id)?\\b(?! *:))`,
    `(?:${literal}|\\b${name}\\.id) *[=!]==?`,
    // case 'maze':
    `\\bcase +${literal}`,
    // id.startsWith('maze-'), ['maze', 'arc'].includes(id), id.match('maze')
    `\\.(?:startsWith|endsWith|includes|indexOf|match|search)\\( *${literal}`,
    `\\[[^\\]\\n]*${literal}[^\\]\\n]*\\]\\.(?:includes|indexOf|some)\\b`,
    // /^maze-\d+$/
    `/\\^\\(?${name}\\b[^/\\n]*/[a-z]*(?:\\.|[,);])`,
    // { maze: …, arc: … }[id]
    `\\{[^{}\\n]*\\b${name}['"]?:[^{}\\n]*\\}\\[`,
  ].map((pattern) => new RegExp(pattern, 'u'));
  return text.split('\n').filter((line) => patterns.some((pattern) => pattern.test(line)));
}

describe.each(all)('$what names', ({ home, names }) => {
  test(`are not compared outside ${home}/`, () => {
    const found = sources
      .filter((path) => !path.startsWith(`${home}/`))
      .flatMap((path) => findComparisons(readFileSync(path, 'utf8'), names).map((line) => `${path}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  test('are detected in every form of comparison', () => {
    const [name] = names;
    for (const line of [
      `if (id === '${name}') return;`,
      `{#if kind.id !== "${name}-11"}`,
      `const same = '${name}' == id;`,
      `    case '${name}':`,
      `id.startsWith('${name}-')`,
      `['${name}', 'other'].includes(id)`,
      `const isThis = /^${name}-\\d+$/u.test(id);`,
      `kind.id === ${name}.id`,
      `const preset = { ${name}: 1, other: 2 }[id];`,
    ])
      expect(findComparisons(line, names)).toEqual([line]);
    for (const line of [`kind: '${name}',`, `import { x } from '../${name}/x';`, `const ${name} = 3;`])
      expect(findComparisons(line, names)).toEqual([]);
  });
});
