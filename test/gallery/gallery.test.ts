/** The page of components shows all there are. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const renderer = resolve(import.meta.dirname, '../../renderer');

/** Shown nowhere by themselves, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'NoticeLine.svelte': 'dressed by Foot, and shown in its states',
  'NoticeList.svelte': 'dressed by Foot, and shown in its states',
  'RunningLine.svelte': 'dressed by Foot, and shown in its states',
};

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesIn(join(folder, entry.name), ending)
      : entry.name.endsWith(ending)
        ? [join(folder, entry.name)]
        : [],
  );

const components = filesIn(join(renderer, 'components'), '.svelte').map((file) =>
  file.slice(renderer.length + 1).replaceAll('\\', '/'),
);
const sources = filesIn(join(renderer, 'gallery/specimens'), '.ts').map((file) => readFileSync(file, 'utf8'));

/** Components that a specimen is made of: imported, and named in a call of `specimen`. */
const shown = sources.flatMap((source) =>
  [...source.matchAll(/^import (?<local>\w+) from '\.\.\/\.\.\/(?<path>components\/[\w/]+\.svelte)';$/gmu)]
    .filter(({ groups }) => new RegExp(`specimen\\('[^']+', ${groups?.local},`, 'u').test(source))
    .map(({ groups }) => groups?.path),
);

test('there are components, and specimens of them', () => {
  expect(components.length).toBeGreaterThan(90);
  expect(shown.length).toBeGreaterThan(90);
});

test('every component has a specimen', () => {
  expect(components.filter((path) => !shown.includes(path) && !(basename(path) in exceptions))).toEqual([]);
});

test('no exception is of a component that is shown, or gone', () => {
  const hidden = components.filter((path) => !shown.includes(path)).map((path) => basename(path));
  expect(Object.keys(exceptions).filter((name) => !hidden.includes(name))).toEqual([]);
});

test('every chapter of specimens is on the page', () => {
  const page = readFileSync(join(renderer, 'gallery/chapters.ts'), 'utf8');
  const chapters = filesIn(join(renderer, 'gallery/specimens'), '.ts').map((file) => basename(file, '.ts'));
  expect(chapters.filter((name) => !page.includes(`'./specimens/${name}'`))).toEqual([]);
});
