/** What the window remembers between starts, in `settings.json` in the data folder. */
import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { defaultPreferences, mostRecent, motions, textSizes, themes, type Preferences } from '../contract/main-api';

const preferences = z.object({
  theme: z.enum(themes),
  textSize: z.literal(textSizes),
  motion: z.enum(motions),
  // Which parts there are, the window's views say.
  presenterHides: z.array(z.string().regex(/^[a-z-]{1,40}$/u)).max(100),
  recent: z.array(z.string().min(1).max(300)).max(mostRecent),
});

/** What a page may ask to change. */
export const changesSchema = preferences.partial().strict();

const side = z.number().int().min(1).max(100_000);
const corner = z.number().int().min(-100_000).max(100_000);

const windowSchema = z.object({
  x: corner.optional(),
  y: corner.optional(),
  width: side,
  height: side,
  maximized: z.boolean(),
});

/** Where a window was, in the system's points; no corner before it was first closed. */
export type WindowState = z.infer<typeof windowSchema>;

/** A room and, behind a slash, what of it. */
const addressSchema = z
  .string()
  .max(500)
  .regex(/^[a-z]*(?:\/.*)?$/u);

const settingsSchema = z.object({
  theme: preferences.shape.theme.default(defaultPreferences.theme),
  textSize: preferences.shape.textSize.default(defaultPreferences.textSize),
  motion: preferences.shape.motion.default(defaultPreferences.motion),
  presenterHides: preferences.shape.presenterHides.default([...defaultPreferences.presenterHides]),
  recent: preferences.shape.recent.default([]),
  window: windowSchema.default({ width: 1280, height: 800, maximized: false }),
  /** Where one was, as in the address of the page. */
  address: addressSchema.default(''),
});

/** What is the person's own choice of it. */
export function pickPreferences({ theme, textSize, motion, presenterHides, recent }: SettingsValues): Preferences {
  return { theme, textSize, motion, presenterHides, recent };
}

export type SettingsValues = Readonly<z.infer<typeof settingsSchema>>;

export class Settings {
  private writing = Promise.resolve();

  private constructor(
    private readonly file: string,
    private current: SettingsValues,
  ) {}

  /** A missing file gives the defaults; a damaged one too, and is kept aside as `settings.damaged.json`. */
  static open(file: string): Settings {
    return new Settings(file, readSettings(file));
  }

  get values(): SettingsValues {
    return this.current;
  }

  /** The last of several updates wins: each waits for the one before. */
  update(changes: Partial<SettingsValues>): Promise<void> {
    this.current = { ...this.current, ...changes };
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  /** Resolves when everything is on the disk. */
  saved(): Promise<void> {
    return this.writing;
  }

  private write(): Promise<void> {
    return writeAtomically(this.file, `${JSON.stringify(this.current, null, 2)}\n`);
  }
}

/** The address as it can be kept; empty for one that cannot. */
export function validAddress(url: string): string {
  const [, hash = ''] = url.split('#');
  return addressSchema.safeParse(hash).success ? hash : '';
}

function readSettings(file: string): SettingsValues {
  const text = readIfThere(file);
  if (text === null) return settingsSchema.parse({});
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    renameSync(file, file.replace(/(\.json)?$/, '.damaged.json'));
    return settingsSchema.parse({});
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw reason;
  }
}
