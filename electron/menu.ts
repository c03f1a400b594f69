import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Only what an application cannot do without; the lab's own actions are in its window. */
export function applicationMenu(): Menu {
  const development: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }];
  const view: MenuItemConstructorOptions[] = [
    ...(app.isPackaged ? [] : development),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const own: MenuItemConstructorOptions = process.platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] };
  return Menu.buildFromTemplate([own, { role: 'editMenu' }, { label: 'View', submenu: view }, { role: 'windowMenu' }]);
}
