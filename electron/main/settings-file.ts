/** Settings of the window, in `settings.json` in the data folder, with a checksum; files of earlier versions have none. */
import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { parseUndamaged, stringifyWithChecksum } from '../../datasets/formats/json-checksum';
import { languageChoices } from '../../renderer/messages/languages';
import { message, MessageError, type Text } from '../../renderer/messages/message';
import { withRemedy } from '../contract/disk-remedy';
import { errorText } from '../contract/error-message';
import { MAX_CORES } from '../contract/limits';
import {
  defaultPreferences,
  maxRecentCommands,
  motions,
  textSizes,
  themes,
  type Preferences,
} from '../contract/main-api';

const preferences = z.object({
  theme: z.enum(themes),
  textSize: z.literal(textSizes),
  motion: z.enum(motions),
  language: z.enum(languageChoices),
  cores: z.int().min(1).max(MAX_CORES).nullable(),
  keepAwake: z.boolean(),
  // The window's views define the sections.
  presenterHides: z.array(z.string().regex(/^[a-z-]{1,40}$/u)).max(100),
  recent: z.array(z.string().min(1).max(300)).max(maxRecentCommands),
});

/** Settings that a page may change. */
export const settingsChangesSchema = preferences.partial().strict();

const side = z.number().int().min(1).max(100_000);
const corner = z.number().int().min(-100_000).max(100_000);

const windowSchema = z.object({
  x: corner.optional(),
  y: corner.optional(),
  width: side,
  height: side,
  maximized: z.boolean(),
});

/** Position and size of the window in the system's points; no position before it was first closed. */
export type WindowState = z.infer<typeof windowSchema>;

/** Hash of the page's address: a view, and after a slash what it shows. */
const addressSchema = z
  .string()
  .max(500)
  .regex(/^[a-z]*(?:\/.*)?$/u);

/** Ids in files of older versions, and their present ids. */
const oldSectionIds: Readonly<Record<string, string>> = {
  rail: 'sidebar',
  facts: 'subtitle',
  doors: 'action-cards',
  machine: 'devices',
  figures: 'stats',
  account: 'classical-solver',
};
const oldCommandGroups: Readonly<Record<string, string>> = { room: 'view', do: 'action', look: 'appearance' };

const currentSectionId = (id: string): string => oldSectionIds[id] ?? id;

/** `room/train` → `view/train` */
const currentCommandId = (id: string): string => id.replace(/^[^/]*/u, (group) => oldCommandGroups[group] ?? group);

const settingsSchema = z.object({
  theme: preferences.shape.theme.default(defaultPreferences.theme),
  textSize: preferences.shape.textSize.default(defaultPreferences.textSize),
  motion: preferences.shape.motion.default(defaultPreferences.motion),
  // A newer version may have more languages.
  language: preferences.shape.language.default('system').catch('system'),
  cores: preferences.shape.cores.default(null).catch(null),
  keepAwake: preferences.shape.keepAwake.default(defaultPreferences.keepAwake).catch(defaultPreferences.keepAwake),
  presenterHides: preferences.shape.presenterHides
    .default([...defaultPreferences.presenterHides])
    .transform((ids) => ids.map(currentSectionId)),
  recent: preferences.shape.recent.default([]).transform((ids) => ids.map(currentCommandId)),
  window: windowSchema.default({ width: 1280, height: 800, maximized: false }),
  /** The last view, as in the address of the page. */
  address: addressSchema.default(''),
});

/** The preferences among the settings. */
export function pickPreferences({
  theme,
  textSize,
  motion,
  language,
  cores,
  keepAwake,
  presenterHides,
  recent,
}: SettingsValues): Preferences {
  return { theme, textSize, motion, language, cores, keepAwake, presenterHides, recent };
}

export type SettingsValues = Readonly<z.infer<typeof settingsSchema>>;

export class SettingsFile {
  private writing = Promise.resolve();

  private constructor(
    private readonly file: string,
    private current: SettingsValues,
    private currentFailure: Text | null,
    private readonly onFailure: (failure: Text | null) => void,
  ) {}

  /**
   * Uses the defaults for a file that is missing or cannot be read; one that cannot be read is renamed to `settings.damaged.json`.
   * @param onFailure called when `failure` changes
   */
  static open(file: string, onFailure: (failure: Text | null) => void = () => undefined): SettingsFile {
    const { values, failure } = readSettings(file);
    return new SettingsFile(file, values, failure, onFailure);
  }

  /** Why the settings could not be read, or saved the last time; null otherwise. */
  get failure(): Text | null {
    return this.currentFailure;
  }

  get values(): SettingsValues {
    return this.current;
  }

  /** Changes and saves settings. Updates are written one after the other. */
  update(changes: Partial<SettingsValues>): Promise<void> {
    this.current = { ...this.current, ...changes };
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  /** Changes and saves settings where nobody waits for it; `failure` tells of an error. */
  save(changes: Partial<SettingsValues>): void {
    this.update(changes).catch(() => undefined);
  }

  /** Resolves when all updates are written. */
  saved(): Promise<void> {
    return this.writing;
  }

  private async write(): Promise<void> {
    try {
      await writeSettings(this.file, this.current);
    } catch (error) {
      this.setFailure(message('settings.saveFailed', { reason: withRemedy(describeDiskError(error, this.file)) }));
      throw error;
    }
    this.setFailure(null);
  }

  private setFailure(failure: Text | null): void {
    const isSame = JSON.stringify(failure) === JSON.stringify(this.currentFailure);
    this.currentFailure = failure;
    if (!isSame) this.onFailure(failure);
  }
}

/** @throws errors of the disk */
export const writeSettings = (file: string, settings: SettingsValues): Promise<void> =>
  writeAtomically(file, stringifyWithChecksum(settings));

/** The address to save; empty for an invalid one. */
export function getAddress(url: string): string {
  const [, hash = ''] = url.split('#');
  return addressSchema.safeParse(hash).success ? hash : '';
}

/** Never throws: the window opens with the defaults, and says why. */
function readSettings(file: string): { readonly values: SettingsValues; readonly failure: Text | null } {
  const defaults = settingsSchema.parse({});
  try {
    const text = readIfExists(file);
    return { values: text === null ? defaults : parseSettings(text, file), failure: null };
  } catch (error) {
    return { values: defaults, failure: describeUnreadable(describeDiskError(error, file), putAside(file)) };
  }
}

/** @throws MessageError for damaged settings */
function parseSettings(text: string, file: string): SettingsValues {
  const settings = parseUndamaged(text, settingsSchema);
  if (settings === null) throw new MessageError('settings.damaged', { file });
  return settings;
}

/** Names the file itself, where an error of the disk names a temporary one or none. */
function describeDiskError(error: unknown, path: string): Text {
  if (error instanceof MessageError) return error.text;
  const { code, message: text } = error as NodeJS.ErrnoException;
  return errorText(Object.assign(new Error(text), { code, path }));
}

const describeUnreadable = (reason: Text, kept: string | null): Text =>
  kept === null
    ? message('settings.unreadable', { reason: withRemedy(reason) })
    : message('settings.unreadableKept', { reason, file: kept });

/** Renames what cannot be read, so that settings can be saved again. @returns the new path; null where it cannot be renamed */
function putAside(file: string): string | null {
  const kept = file.replace(/(\.json)?$/, '.damaged.json');
  try {
    renameSync(file, kept);
    return kept;
  } catch {
    return null;
  }
}

function readIfExists(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
