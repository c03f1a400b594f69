/** The gallery shows every component of the window. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const specimensFolder = join(import.meta.dirname, 'specimens');

/** Components without a specimen, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'renderer/app/App.svelte': 'the whole window, covered by end-to-end tests and pictures',
  'renderer/app/NotificationList.svelte': 'styled by StatusBar and shown in its states',
  'renderer/features/models/OverSteps.svelte': 'shown in EvaluatePanel',
  'renderer/ui/Banner.svelte': 'shown in ComputeBanner and ReadOnlyBanner',
  'renderer/features/settings/NoticesDialog.svelte': 'reads a file of the build, covered by an end-to-end test',
};
/** A view is shown in the pictures of the window; its parts have specimens. */
const isView = (path: string): boolean => path.endsWith('View.svelte');

const listFiles = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));

const components = ['app', 'ui', 'grids', 'features']
  .map((folder) => `renderer/${folder}`)
  .flatMap((folder) =>
    listFiles(join(root, folder), '.svelte').map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  )
  .filter((path) => !isView(path));
const specimenFiles = listFiles(specimensFolder, '.ts');

/** Components imported by a file of specimens and named in a call of `specimen`. */
const withSpecimen = specimenFiles
  .map((file) => readFileSync(join(specimensFolder, file), 'utf8'))
  .flatMap((source) =>
    [...source.matchAll(/^import (?<local>\w+) from '(?:\.\.\/){3}(?<path>renderer\/[\w/-]+\.svelte)';$/gmu)]
      .filter(({ groups }) => new RegExp(`specimen\\(\\s*'[^']+',\\s*${groups?.local},`, 'u').test(source))
      .map(({ groups }) => groups?.path),
  );
const withoutSpecimen = components.filter((path) => !withSpecimen.includes(path));

test('the search finds components and specimens', () => {
  expect(components.length).toBeGreaterThan(80);
  expect(withSpecimen.length).toBeGreaterThan(80);
});

test('every component has a specimen', () => {
  expect(withoutSpecimen.filter((path) => !(path in exceptions))).toEqual([]);
});

test('every exception is a component without a specimen', () => {
  expect(Object.keys(exceptions).filter((path) => !withoutSpecimen.includes(path))).toEqual([]);
});

test('every chapter of specimens is on the page', () => {
  const page = readFileSync(join(import.meta.dirname, 'chapters.ts'), 'utf8');
  const chapters = specimenFiles.map((file) => basename(file, '.ts'));
  expect(chapters.filter((name) => !page.includes(`'./specimens/${name}'`))).toEqual([]);
});
