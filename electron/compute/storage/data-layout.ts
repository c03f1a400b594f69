/** What lies in the data folder, and what of it belongs to the folder rather than to the user. */

/** Folders whose room on the disk is told one by one. */
export const dataParts = ['datasets', 'models', 'runs', 'downloads', 'trash'] as const;

/** The settings come last when data move: a folder that has them is whole. */
export const settingsFile = 'settings.json';

/** Made anew wherever the lab starts; the last of them by Chromium, which locks the folder by them. */
const ofThisPlace: readonly string[] = [
  'browser',
  'lab.lock',
  'data-folder.json',
  'data-folder.former.json',
  settingsFile,
  'SingletonLock',
  'SingletonCookie',
  'SingletonSocket',
  'lockfile',
];

const filesOfLab: readonly string[] = ['queue.json', 'devices.json', 'settings.damaged.json'];

/** Whether the lab made an entry of the data folder. What else somebody has put there is never deleted with it. */
export const isOfLab = (name: string): boolean =>
  [...dataParts, ...filesOfLab, ...ofThisPlace].includes(name) || name.endsWith('.tmp');

/** Whether an entry of the data folder goes along when the data move. */
export const movesAlong = (name: string): boolean => !ofThisPlace.includes(name) && !name.endsWith('.tmp');
