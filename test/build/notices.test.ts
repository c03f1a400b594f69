/** Third-party notices: every package that the app needs has a licence text, and unknown licences fail the build. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkNotices, installedPackages, readPackage } from '../../build/notices.mjs';
import { searchNotices } from '../../renderer/features/settings/notices';

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const fonts = Object.keys(devDependencies).filter((name) => name.startsWith('@fontsource'));
const notices = checkNotices([...installedPackages(), ...fonts.map(readPackage)]);
const complete = { name: 'some-package', version: '1.0.0', licence: 'MIT', text: 'Permission is hereby granted' };

test('every runtime dependency and every font appears with its version, licence and text', () => {
  expect(fonts.length).toBeGreaterThan(0);
  for (const name of [...Object.keys(dependencies), ...fonts]) {
    const notice = notices.find((entry) => entry.name === name);
    expect(notice, name).toMatchObject({ version: { ...devDependencies, ...dependencies }[name] });
    expect(notice?.text.length, name).toBeGreaterThan(200);
  }
  const textOf = (name: string) => notices.find((entry) => entry.name === name)?.text;
  for (const font of fonts) expect(textOf(font)).toMatch(/SIL OPEN FONT LICENSE Version 1\.1/u);
  expect(textOf('onnxruntime-node')).toMatch(/Microsoft Corporation[^]+ThirdPartyNotices\.txt/u);
  expect(textOf('@bufbuild/protobuf')).toMatch(/Apache License[^]+Copyright 2008 Google Inc\./u);
});

test('a package without a licence text is refused', () => {
  expect(() => checkNotices([{ ...complete, text: '' }])).toThrow(/some-package 1\.0\.0 has no licence text/u);
});

test('a licence that is not accepted, or missing, is refused', () => {
  const withLicence = (licence: string | undefined) => () => checkNotices([{ ...complete, licence }]);
  expect(withLicence('GPL-3.0-only')).toThrow(/some-package 1\.0\.0: licence GPL-3\.0-only is not accepted/u);
  expect(withLicence(undefined)).toThrow(/some-package/u);
  expect(withLicence('MIT')).not.toThrow();
});

test('a package that several bundles contain is listed once', () => {
  expect(checkNotices([complete, complete]).filter(({ name }) => name === complete.name)).toHaveLength(1);
});

test('the search finds packages by name, licence and text', () => {
  const names = (query: string) => searchNotices(notices, query).map(({ name }) => name);
  expect(names('zod')).toContain('zod');
  expect(names('OFL inter')).toContain('@fontsource-variable/inter');
  expect(names('ofl-1.1')).not.toContain('zod');
  expect(names('2008 google')).toContain('@bufbuild/protobuf');
  expect(names('')).toHaveLength(notices.length);
});
