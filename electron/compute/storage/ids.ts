/** Ids of models, datasets and runs, which are the names of their folders. */
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a name is a valid id of a model, dataset or run: a plain file name that no system reserves. */
export const isId = (name: string): boolean =>
  /^\w[\w.-]{0,119}$/u.test(name) && !name.endsWith('.') && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name);

/** Makes an id of a name: `My mazes (30×30)` → `my-mazes-30-30`; with `prefix` where the rest is no valid id. */
export function slugify(name: string, prefix = 'set'): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
  return isId(plain) ? plain : `${prefix}-${plain}`.replace(/-+$/u, '');
}

/** An unused id: `id`, else `id-2` and so on. Not reserved: another process may use it before the folder is created. */
export async function newId(folder: string, id: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const candidate = attempt === 1 ? id : `${id}-${attempt}`;
    if (!(await lstat(join(folder, candidate)).catch(() => null))) return candidate;
  }
}
