/** Context of a benchmark: a data folder with runs and datasets, and a function that opens a window on it. */
import type { LaunchedApp } from '../../e2e/launch-app';

export interface BenchContext {
  readonly dataFolder: string;
  readonly rounds: number;
  readonly open: () => Promise<LaunchedApp>;
}

export async function withWindow(context: BenchContext, use: (app: LaunchedApp) => Promise<void>): Promise<void> {
  const app = await context.open();
  try {
    await use(app);
  } finally {
    await app.close();
  }
}

export const openView = async ({ page }: LaunchedApp, view: string): Promise<void> => {
  await page.getByRole('button', { name: view, exact: true }).click();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
};
