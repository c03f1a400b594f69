/** What the window remembers between starts, in `settings.json` in the data folder. */
import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../models/checkpoint/atomic-file';

export const themeSchema = z.enum(['system', 'dark', 'light']);

const settingsSchema = z.object({
  theme: themeSchema.default('system'),
  window: z
    .object({ width: z.number().int().min(1), height: z.number().int().min(1), maximized: z.boolean() })
    .default({ width: 1280, height: 800, maximized: false }),
});

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
