/** The application menu. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { t } from './language';

/** Change of the text size: one size larger or smaller, or the default. */
export type TextSizeStep = 'larger' | 'smaller' | 'default';

/** Creates the menu with standard items only; the application's own actions are in its window. Electron's own labels of roles are in English. */
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
  const quit: MenuItemConstructorOptions = { role: 'quit', label: t('app.menu.quit') };
  const appMenu: MenuItemConstructorOptions =
    process.platform === 'darwin'
      ? { label: app.name, submenu: [...macItems(app.name), quit] }
      : { label: t('app.menu.file'), submenu: [quit] };
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

/** The items of the application menu of macOS. */
const macItems = (name: string): MenuItemConstructorOptions[] => [
  { role: 'about', label: t('app.menu.about', { app: name }) },
  { type: 'separator' },
  { role: 'services', label: t('app.menu.services') },
  { type: 'separator' },
  { role: 'hide', label: t('app.menu.hide', { app: name }) },
  { role: 'hideOthers', label: t('app.menu.hideOthers') },
  { role: 'unhide', label: t('app.menu.showAll') },
  { type: 'separator' },
];

const editItems = (): MenuItemConstructorOptions[] => [
  { role: 'undo', label: t('app.menu.undo') },
  { role: 'redo', label: t('app.menu.redo') },
  { type: 'separator' },
  { role: 'cut', label: t('app.menu.cut') },
  { role: 'copy', label: t('app.menu.copy') },
  { role: 'paste', label: t('app.menu.paste') },
  { role: 'selectAll', label: t('app.menu.selectAll') },
];
