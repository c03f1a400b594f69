/** The application menu. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Change of the text size: one size larger or smaller, or the default. */
export type TextSizeStep = 'larger' | 'smaller' | 'default';

/** Creates the menu with standard items only; the application's own actions are in its window. */
export function createApplicationMenu(onTextStep: (step: TextSizeStep) => void): Menu {
  const development: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ];
  const view: MenuItemConstructorOptions[] = [
    ...(app.isPackaged ? [] : development),
    { label: 'Larger text', accelerator: 'CmdOrCtrl+Plus', click: () => onTextStep('larger') },
    // The same key without Shift, on keyboards where + requires it.
    {
      label: 'Larger text',
      accelerator: 'CmdOrCtrl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
      click: () => onTextStep('larger'),
    },
    { label: 'Smaller text', accelerator: 'CmdOrCtrl+-', click: () => onTextStep('smaller') },
    { label: 'Usual text size', accelerator: 'CmdOrCtrl+0', click: () => onTextStep('default') },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const appMenu: MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] };
  return Menu.buildFromTemplate([
    appMenu,
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
  ]);
}
