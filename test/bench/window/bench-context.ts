/** What a part of the benchmark gets: a data folder with runs and datasets, and a window on it. */
import type { LaunchedApp } from '../../e2e/launch-app';

export interface BenchContext {
  readonly dataFolder: string;
  readonly rounds: number;
  readonly open: () => Promise<LaunchedApp>;
}

export async function withWindow(context: BenchContext, use: (lab: LaunchedApp) => Promise<void>): Promise<void> {
  const lab = await context.open();
  try {
    await use(lab);
  } finally {
    await lab.close();
  }
}

export const openView = async ({ page }: LaunchedApp, view: string): Promise<void> => {
  await page.getByRole('button', { name: view, exact: true }).click();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
};
