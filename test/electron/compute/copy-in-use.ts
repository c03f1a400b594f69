import { cp, rm } from 'node:fs/promises';

/**
 * What a process that is killed now would leave: a copy of a folder in use. Files come and go while it is made;
 * a copy that missed one is made again.
 */
export async function copyInUse(from: string, to: string): Promise<void> {
  for (let isWhole = false; !isWhole;) {
    await rm(to, { recursive: true, force: true });
    isWhole = await cp(from, to, { recursive: true }).then(
      () => true,
      () => false,
    );
  }
}
