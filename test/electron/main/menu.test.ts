/** The application menu: items, labels and the steps that its text size items report. */
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

test('text size items report their step, including “larger” without Shift', () => {
  const steps: string[] = [];
  for (const { accelerator, click } of viewItems(templateFor((step) => steps.push(step))))
    if (accelerator) (click as () => void)();
  expect(steps).toEqual(['larger', 'larger', 'smaller', 'default']);
});

test('developer tools are in the menu only when run from source', () => {
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

test('every visible item has a translated label', async () => {
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

test('setMainLanguage uses the last of several concurrent calls', async () => {
  await Promise.all([setMainLanguage('de'), setMainLanguage('fr'), setMainLanguage('en')]);
  expect(t('app.menu.view')).toBe('View');
});
