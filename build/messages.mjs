/**
 * The message catalogue renderer/messages/<language>.json (ICU MessageFormat) as code: a Vite plugin compiles each
 * language into a module of functions, and the parameters of every message become TypeScript types.
 * @messageformat/core: 1.4 MB and no runtime parser. paraglide-js 2.25 was tried first: it installs 600 MB.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';
import { parse } from '@messageformat/parser';
import { pseudoLocalise } from './messages/pseudo-locale.mjs';
import { fromRoot } from './setup/paths.mjs';

const folder = 'renderer/messages';
const typesFile = fromRoot(folder, 'message-types.ts');
const prefix = 'virtual:messages/';
/** Not a language: English made longer and accented, which shows clipped and untranslated text. */
const PSEUDO = 'en-XA';

/** Formatters beside ICU's own; each is an export of renderer/messages/formatters.ts. */
const formatters = ['bytes', 'megabytes', 'milliseconds', 'percent', 'duration', 'significant'];

const sourceFile = (language) => fromRoot(folder, `${language === PSEUDO ? 'en' : language}.json`);

/** Message texts by id. */
export function readCatalogue(language) {
  const texts = JSON.parse(readFileSync(sourceFile(language), 'utf8'));
  if (language !== PSEUDO) return texts;
  return Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, pseudoLocalise(text)]));
}

/** `import messages from 'virtual:messages/de'`: functions by message id. */
export function messagesPlugin() {
  return {
    name: 'messages',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    buildStart: generateMessageTypes,
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const language = id.slice(prefix.length + 1);
      this.addWatchFile(sourceFile(language));
      if (language === 'en') generateMessageTypes();
      return compileCatalogue(language);
    },
  };
}

function compileCatalogue(language) {
  const module = fromRoot(folder, 'formatters.ts');
  const customFormatters = Object.fromEntries(
    formatters.map((name) => [name, { formatter: () => '', id: name, module }]),
  );
  // The pseudo-locale counts and formats as English does.
  const format = new MessageFormat(language === PSEUDO ? 'en' : language, { customFormatters });
  return compileModule(format, readCatalogue(language));
}

/** Writes message-types.ts when the English catalogue has changed. */
export function generateMessageTypes() {
  const code = messageTypes(readCatalogue('en'));
  if (readFileSync(typesFile, { encoding: 'utf8', flag: 'a+' }) !== code) writeFileSync(typesFile, code);
}

/** @param texts message texts by id */
export function messageTypes(texts) {
  const lines = Object.entries(texts).map(([id, text]) => `  '${id}': ${parameterType(text)};`);
  const code = lines.join('\n');
  return `// Generated from en.json (build/messages.mjs). Do not edit.
${code.includes('Text') ? "import type { Text } from './message';\n" : ''}
/** The parameters of each message. */
export interface MessageParameters {
${code}
}
`;
}

function parameterType(text) {
  const types = parameterTypes(text);
  if (types.size === 0) return 'Record<never, never>';
  return `{ ${[...types].map(([name, type]) => `readonly ${name}: ${type}`).join('; ')} }`;
}

/** TypeScript types of the parameters of a message, by name. */
export function parameterTypes(text) {
  const types = new Map();
  for (const token of tokensIn(parse(text))) {
    if (token.type === 'argument') types.set(token.arg, types.get(token.arg) ?? 'Text');
    else if (token.type === 'select') types.set(token.arg, selectType(token));
    else if (token.type === 'plural' || token.type === 'selectordinal') types.set(token.arg, 'number');
    else if (token.type === 'function')
      types.set(token.arg, token.key === 'date' || token.key === 'time' ? 'Date' : 'number');
  }
  return types;
}

const selectType = ({ cases }) => {
  const keys = cases.map(({ key }) => key).filter((key) => key !== 'other');
  return cases.length > keys.length ? 'string' : keys.map((key) => `'${key}'`).join(' | ');
};

function* tokensIn(tokens) {
  for (const token of tokens) {
    yield token;
    for (const { tokens: inner } of token.cases ?? []) yield* tokensIn(inner);
  }
}
