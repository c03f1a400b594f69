/** Where a part of the bench works: a lived-in data folder, and a window on it when it wants one. */
import type { LabApp } from '../../e2e/lab-app';

export interface Place {
  readonly dataFolder: string;
  readonly rounds: number;
  readonly open: () => Promise<LabApp>;
}

export async function inWindow(place: Place, use: (lab: LabApp) => Promise<void>): Promise<void> {
  const lab = await place.open();
  try {
    await use(lab);
  } finally {
    await lab.close();
  }
}

export const enter = async ({ page }: LabApp, room: string): Promise<void> => {
  await page.getByRole('button', { name: room, exact: true }).click();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
};
