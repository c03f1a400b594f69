/** The application menu: what it holds, and that its text size items report their step. */
import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';

const electron = vi.hoisted(() => ({
  app: { isPackaged: true, name: 'TRM Puzzle Lab', getPreferredSystemLanguages: () => ['en-GB'] },
  Menu: { buildFromTemplate: (template: unknown) => template },
}));
vi.mock('electron', () => electron);

const { createApplicationMenu } = await import('../../../electron/main/menu');
const { setMainLanguage, t } = await import('../../../electron/main/language');
await setMainLanguage('system');

const templateFor = (onTextStep: (step: string) => void = () => undefined) =>
  createApplicationMenu(onTextStep) as unknown as MenuItemConstructorOptions[];
const viewItems = (template: MenuItemConstructorOptions[]) =>
  template.find(({ label }) => label === 'View')?.submenu as MenuItemConstructorOptions[];

test('text size items report their step, also with the key without Shift', () => {
  const steps: string[] = [];
  for (const { accelerator, click } of viewItems(templateFor((step) => steps.push(step))))
    if (accelerator) (click as () => void)();
  expect(steps).toEqual(['larger', 'larger', 'smaller', 'default']);
});

test('an installed application has no developer tools; one from the sources has', () => {
  const roles = () => viewItems(templateFor()).flatMap(({ role }) => role ?? []);
  electron.app.isPackaged = true;
  expect(roles()).toEqual(['togglefullscreen']);
  electron.app.isPackaged = false;
  expect(roles()).toEqual(['reload', 'toggleDevTools', 'togglefullscreen']);
});

test('no accelerator is used twice', () => {
  const accelerators = viewItems(templateFor()).flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(accelerators).size).toBe(accelerators.length);
});

test('every item that people see has a label in the language', async () => {
  await setMainLanguage('en-XA');
  electron.app.isPackaged = true;
  for (const platform of ['linux', 'darwin'] as const) {
    vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
    const items = templateFor().flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);
    const labels = items.filter(({ type }) => type !== 'separator').map(({ label }) => label);
    expect(labels.filter((label) => !label?.startsWith('['))).toEqual([]);
  }
  vi.restoreAllMocks();
  await setMainLanguage('en');
});

test('the last of several languages chosen at once is used', async () => {
  await Promise.all([setMainLanguage('de'), setMainLanguage('fr'), setMainLanguage('en')]);
  expect(t('app.menu.view')).toBe('View');
});
