/** Drops a file on the window like the operating system does, with its path. */
import type { LaunchedApp } from './launch-app';

export async function dropFile({ page }: LaunchedApp, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const at = { x: 400, y: 300, data: { items: [], files: [path], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
}
