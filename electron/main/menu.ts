/** The application menu. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { t } from './language';

/** Change of the text size: one size larger or smaller, or the default. */
export type TextSizeStep = 'larger' | 'smaller' | 'default';

/**
 * Creates the menu with standard items only; the application's own actions are in its window. Electron has labels for
 * its roles in English only.
 */
export function createApplicationMenu(onTextStep: (step: TextSizeStep) => void): Menu {
  const development: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ];
  const view: MenuItemConstructorOptions[] = [
    ...(app.isPackaged ? [] : development),
    { label: t('app.menu.largerText'), accelerator: 'CmdOrCtrl+Plus', click: () => onTextStep('larger') },
    // The same key without Shift, on keyboards where + requires it.
    {
      label: t('app.menu.largerText'),
      accelerator: 'CmdOrCtrl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
      click: () => onTextStep('larger'),
    },
    { label: t('app.menu.smallerText'), accelerator: 'CmdOrCtrl+-', click: () => onTextStep('smaller') },
    { label: t('app.menu.defaultTextSize'), accelerator: 'CmdOrCtrl+0', click: () => onTextStep('default') },
    { type: 'separator' },
    { role: 'togglefullscreen', label: t('app.menu.fullScreen') },
  ];
  const appMenu: MenuItemConstructorOptions =
    process.platform === 'darwin'
      ? { role: 'appMenu' }
      : { label: t('app.menu.file'), submenu: [{ role: 'quit', label: t('app.menu.quit') }] };
  return Menu.buildFromTemplate([
    appMenu,
    { label: t('app.menu.edit'), submenu: editItems() },
    { label: t('app.menu.view'), submenu: view },
    {
      label: t('app.menu.window'),
      role: 'window',
      submenu: [
        { role: 'minimize', label: t('app.menu.minimize') },
        { role: 'close', label: t('app.menu.closeWindow') },
      ],
    },
  ]);
}

const editItems = (): MenuItemConstructorOptions[] => [
  { role: 'undo', label: t('app.menu.undo') },
  { role: 'redo', label: t('app.menu.redo') },
  { type: 'separator' },
  { role: 'cut', label: t('app.menu.cut') },
  { role: 'copy', label: t('app.menu.copy') },
  { role: 'paste', label: t('app.menu.paste') },
  { role: 'selectAll', label: t('app.menu.selectAll') },
];
