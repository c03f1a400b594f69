/**
 * Capabilities instead of names: what differs between kinds of puzzle, or between families of models, stands in their
 * own folder, and nothing else asks which one it has in hand. A comparison with a name elsewhere fails here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindFamilies } from '../../datasets/kinds/registry';
import { familyNames } from '../../models/family/families';

interface Names {
  /** What the names are of, for the title. */
  readonly what: string;
  /** The only folder whose sources may compare them. */
  readonly home: string;
  /** Names, and what ids begin with. */
  readonly names: readonly string[];
}

const all: readonly Names[] = [
  {
    what: 'kind of puzzle',
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

/** Lines of a source that compare something with one of the names. */
function comparisons(text: string, names: readonly string[]): string[] {
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

describe.each(all)('names of a $what', ({ home, names }) => {
  test(`are compared nowhere outside ${home}/`, () => {
    const found = sources
      .filter((path) => !path.startsWith(`${home}/`))
      .flatMap((path) => comparisons(readFileSync(path, 'utf8'), names).map((line) => `${path}: ${line.trim()}`));
    expect(found).toEqual([]);
  });

  test('would be found in any comparison', () => {
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
      expect(comparisons(line, names)).toEqual([line]);
    for (const line of [`kind: '${name}',`, `import { x } from '../${name}/x';`, `const ${name} = 3;`])
      expect(comparisons(line, names)).toEqual([]);
  });
});
