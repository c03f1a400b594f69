/** Settings of the window, in `settings.json` in the data folder. */
import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { languageChoices } from '../../renderer/messages/languages';
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
  ) {}

  /** Uses the defaults for a missing or damaged file; a damaged one is renamed to `settings.damaged.json`. */
  static open(file: string): SettingsFile {
    return new SettingsFile(file, readSettings(file));
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

  /** Resolves when all updates are written. */
  saved(): Promise<void> {
    return this.writing;
  }

  private write(): Promise<void> {
    return writeAtomically(this.file, `${JSON.stringify(this.current, null, 2)}\n`);
  }
}

/** The address to save; empty for an invalid one. */
export function getAddress(url: string): string {
  const [, hash = ''] = url.split('#');
  return addressSchema.safeParse(hash).success ? hash : '';
}

function readSettings(file: string): SettingsValues {
  const text = readIfExists(file);
  if (text === null) return settingsSchema.parse({});
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    renameSync(file, file.replace(/(\.json)?$/, '.damaged.json'));
    return settingsSchema.parse({});
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
