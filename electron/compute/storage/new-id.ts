/** Folders of the user's things: their names come from what people call them. */
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Ids are folder names; nothing that could lead out of the folder is one, nor what some system keeps for itself. */
export const isId = (name: string): boolean =>
  /^\w[\w.-]{0,119}$/u.test(name) && !name.endsWith('.') && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name);

/** e.g. `My mazes (30×30)` → `my-mazes-30-30`; `what` stands where nothing else is left */
export function slugify(name: string, what = 'set'): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
  return isId(plain) ? plain : `${what}-${plain}`.replace(/-+$/u, '');
}

/** A name that is not taken: `id`, else `id-2` and so on. It may be taken a moment later. */
export async function newId(folder: string, id: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const candidate = attempt === 1 ? id : `${id}-${attempt}`;
    if (!(await lstat(join(folder, candidate)).catch(() => null))) return candidate;
  }
}
