/** The config of a checkpoint, in YAML or JSON: beside it, or where the user says. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { FormatError } from '../../../datasets/formats/format-error';
import { expectPlainFile, readPlainFile } from '../plain-file';
import type { Settings } from './settings';
import { readSettings } from './settings';

/** What the reference's trainer writes beside its checkpoints, and what the lab and others do. */
const usualNames = ['all_config.yaml', 'config.json', 'config.yaml'];
const ownEndings = ['.config.json', '.config.yaml'];

/** A checkpoint's config: named after it, else by a usual name; null where there is none. */
export function settingsFileBeside(weights: string): string | null {
  const file = basename(weights);
  const stems = new Set([file.slice(0, file.length - extname(file).length), file.split('.')[0]]);
  const own = [...stems].flatMap((stem) => ownEndings.map((ending) => `${stem}${ending}`));
  const paths = [...own, ...usualNames].map((name) => join(dirname(weights), name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Settings take a few hundred bytes. */
const MOST_BYTES = 2 ** 20;

/** @throws FormatError for what is no YAML (JSON is), or holds no settings of a model */
export async function readSettingsFile(path: string): Promise<Settings> {
  const file = basename(path);
  const size = await expectPlainFile(path);
  if (size > MOST_BYTES) throw new FormatError(file, `at most ${MOST_BYTES} bytes`, `${size}`);
  return readSettings(parse(new TextDecoder().decode(await readPlainFile(path)), file), file);
}

function parse(text: string, file: string): unknown {
  expectShallow(text, file);
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS();
  } catch (error) {
    throw new FormatError(file, 'YAML or JSON', `a flaw (${(error as Error).message.split('\n')[0]})`);
  }
}

/** Of each way to open a level: brackets in the whole text, indented columns and indicators in a line. */
const MOST_LEVELS = 100;

/**
 * The parser calls itself for every level, and V8 ends the process, catching nothing, when it has to compile a
 * regular expression at the end of the stack. So levels are counted beforehand, too many rather than too few.
 */
function expectShallow(text: string, file: string): void {
  const countOf = (pattern: RegExp, part: string) => part.match(pattern)?.length ?? 0;
  const isDeep = (line: string) =>
    countOf(/[-?:](?=\s|$)/gu, line) > MOST_LEVELS || (/^\s*/u.exec(line)?.[0].length ?? 0) > MOST_LEVELS;
  if (countOf(/[[{]/gu, text) > MOST_LEVELS || text.split(/\r\n?|\n/u).some(isDeep))
    throw new FormatError(file, `at most ${MOST_LEVELS} levels`, 'settings nested more deeply');
}
