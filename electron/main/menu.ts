import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Which way the text is to go: one size larger or smaller, or back to the usual one. */
export type TextStep = 'larger' | 'smaller' | 'usual';

/** Only what an application cannot do without; the lab's own actions are in its window. */
export function applicationMenu(onTextStep: (step: TextStep) => void): Menu {
  const development: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ];
  const view: MenuItemConstructorOptions[] = [
    ...(app.isPackaged ? [] : development),
    { label: 'Larger text', accelerator: 'CmdOrCtrl+Plus', click: () => onTextStep('larger') },
    // The same key without Shift, where + needs it.
    {
      label: 'Larger text',
      accelerator: 'CmdOrCtrl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
      click: () => onTextStep('larger'),
    },
    { label: 'Smaller text', accelerator: 'CmdOrCtrl+-', click: () => onTextStep('smaller') },
    { label: 'Usual text size', accelerator: 'CmdOrCtrl+0', click: () => onTextStep('usual') },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const own: MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] };
  return Menu.buildFromTemplate([own, { role: 'editMenu' }, { label: 'View', submenu: view }, { role: 'windowMenu' }]);
}
