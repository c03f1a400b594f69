import { cp, rm } from 'node:fs/promises';

/**
 * Copies a folder in use, as a process killed now would leave it. Starts again if a file disappears during the copy,
 * so that the copy is complete.
 */
export async function copyInUse(from: string, to: string): Promise<void> {
  for (let isComplete = false; !isComplete;) {
    await rm(to, { recursive: true, force: true });
    isComplete = await cp(from, to, { recursive: true }).then(
      () => true,
      () => false,
    );
  }
}
