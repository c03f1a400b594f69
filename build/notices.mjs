/**
 * The licences of what the packaged app contains: THIRD-PARTY-NOTICES.txt beside the app, and the same as JSON for the window.
 * Vite lists the packages inside each bundle (`build.license`); added are those that are shipped or declared without being
 * bundled. `npm run package` fails where a licence has no text or was not accepted below.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appTargets, licenceList, targets } from './build-targets.mjs';
import { SetupError } from './setup/log.mjs';
import { fromRoot } from './setup/paths.mjs';

/** SPDX expressions as the packages write them. A new one is added here by a person who has read it. */
const acceptedLicences = new Set([
  '(Apache-2.0 AND BSD-3-Clause)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Python-2.0',
  'Unicode-DFS-2016',
  'Unlicense',
]);

/** Files of `build/notices/` with the licences of packages that come without one. */
const addedTexts = {
  '@bufbuild/protobuf': ['apache-2.0.txt', 'protobuf.txt'],
  'onnxruntime-common': ['onnxruntime.txt'],
  'onnxruntime-node': ['onnxruntime.txt', 'onnxruntime-libraries.txt', 'onnxruntime-third-party.txt'],
};

/**
 * In no list of Vite's: what is packed as it is, and the helper functions that the bundler adds.
 * Chromium's and Node's licences are in LICENSES.chromium.html beside the app.
 */
const unlisted = ['electron', 'onnxruntime-common', 'onnxruntime-node', 'rolldown'];

/** Code in this project that others have written. */
const includedCode = () => ({
  name: 'onnx.proto (models/onnx/onnx_pb.ts)',
  version: '',
  licence: 'Apache-2.0',
  text: `Copyright (c) ONNX Project Contributors\n\n${addedText('apache-2.0.txt')}`,
});

const addedText = (file) => readFileSync(fromRoot('build', 'notices', file), 'utf8').trim();

const textFile = fromRoot('out', 'THIRD-PARTY-NOTICES.txt');
/** The page loads it when it is asked for. */
const windowFile = fromRoot(targets.renderer.folder, 'third-party-notices.json');

/** A build of the page empties its folder. */
export const noticesExist = () => existsSync(textFile) && existsSync(windowFile);

/** Writes the notices of the built app. @throws SetupError as `checkNotices` */
export function writeNotices() {
  const notices = checkNotices([...bundledPackages(), ...installedPackages()]);
  writeFileSync(textFile, formatNotices(notices));
  writeFileSync(windowFile, JSON.stringify(notices));
}

/** The packages whose code is inside the app's bundles. */
function bundledPackages() {
  return appTargets.flatMap((name) => {
    const list = fromRoot(targets[name].folder, licenceList(name));
    return JSON.parse(readFileSync(list, 'utf8')).map(({ identifier, ...entry }) => ({
      ...entry,
      licence: identifier,
    }));
  });
}

/** The packages that Vite does not list, and everything that package.json needs at run time. */
export function installedPackages() {
  const { dependencies } = readManifest(fromRoot());
  return [...unlisted, ...Object.keys(dependencies)].map(readPackage);
}

/** @param name of an installed package */
export function readPackage(name) {
  const folder = fromRoot('node_modules', name);
  const { version, license } = readManifest(folder);
  const file = readdirSync(folder).find((entry) => /^(?:un)?licen[cs]e(?:\.(?:md|txt))?$|^copying$/iu.test(entry));
  return { name, version, licence: license, ...(file && { text: readFileSync(join(folder, file), 'utf8').trim() }) };
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Returns each package once, sorted by name, with the text of its licence.
 * @throws SetupError naming the packages without a text, and those whose licence is not accepted
 */
export function checkNotices(packages) {
  const byKey = new Map(packages.map((entry) => [`${entry.name}@${entry.version}`, withAddedText(entry)]));
  const notices = [includedCode(), ...byKey.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems = notices.flatMap(({ name, version, licence, text }) => [
    ...(text ? [] : [`${name} ${version} has no licence text: add one to build/notices`]),
    ...(acceptedLicences.has(licence)
      ? []
      : [`${name} ${version}: licence ${licence} is not accepted in build/notices.mjs`]),
  ]);
  if (problems.length > 0) throw new SetupError(`third-party notices:\n${problems.join('\n')}`);
  return notices;
}

/** @throws SetupError naming packages inside a packed app that the notices do not list */
export async function checkPackedApp(archive) {
  const { listPackage } = await import('@electron/asar');
  const listed = new Set(JSON.parse(readFileSync(windowFile, 'utf8')).map(({ name }) => name));
  const paths = listPackage(archive).map((path) => path.replaceAll('\\', '/'));
  const packed = paths.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^@/][^/]*)$/u.exec(path)?.[1] ?? []);
  const missing = packed.filter((name) => !listed.has(name));
  if (missing.length > 0)
    throw new SetupError(`the third-party notices miss packages of the app: ${missing.join(', ')}`);
}

function withAddedText(entry) {
  const added = (addedTexts[entry.name] ?? []).map((file) => addedText(file).replaceAll('{version}', entry.version));
  return { ...entry, text: [...(entry.text ? [entry.text] : []), ...added].join('\n\n') };
}

function formatNotices(notices) {
  const line = '─'.repeat(80);
  const list = notices.map(({ name, version, licence }) => `  ${name} ${version} – ${licence}`);
  const texts = notices.map(
    ({ name, version, licence, text }) => `${line}\n${name} ${version} – ${licence}\n${line}\n\n${text}`,
  );
  return `${addedText('introduction.txt')}\n\n${list.join('\n')}\n\n${texts.join('\n\n')}\n`;
}
