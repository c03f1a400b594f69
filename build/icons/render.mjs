/** Draws every icon file from logo.svg: `node build/icons/render.mjs`, after a change of the logo. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { compile } from '../compile.mjs';
import { withDisplay } from '../display.mjs';
import { appTargets } from '../build-targets.mjs';
import { runCommand, setUp } from '../setup.mjs';
import { electronBinary } from '../setup/electron-runtime.mjs';
import { fromRoot, root } from '../setup/paths.mjs';
import { createIcns, createIco } from './icon-files.mjs';

const folder = fromRoot('build', 'icons');
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];

await runCommand(async () => {
  await setUp({ electron: true, display: true });
  await compile(appTargets);
  const pictures = await withDisplay(drawAll);
  for (const { size, png } of pictures) writeFileSync(join(folder, `${size}x${size}.png`), png);
  writeFileSync(join(folder, 'icon.ico'), createIco(pictures.filter(({ size }) => size <= 256)));
  writeFileSync(join(folder, 'icon.icns'), createIcns(pictures));
});

/** The lab's own Electron lends its drawing; a window without a frame keeps the corners transparent. */
async function drawAll(env) {
  const app = await _electron.launch({
    executablePath: electronBinary(),
    args: ['--disable-gpu', root],
    env: { ...process.env, ...env },
  });
  try {
    await app.firstWindow();
    const [page] = await Promise.all([app.waitForEvent('window'), app.evaluate(openCanvas, svgAddress())]);
    const pictures = [];
    for (const size of sizes) pictures.push({ size, png: await draw(page, size) });
    return pictures;
  } finally {
    await app.close();
  }
}

async function openCanvas({ BrowserWindow }, address) {
  const window = new BrowserWindow({ width: 1100, height: 1100, frame: false, transparent: true });
  await window.loadURL(address);
}

async function draw(page, size) {
  await page.evaluate((pixels) => {
    document.documentElement.setAttribute('width', pixels);
    document.documentElement.setAttribute('height', pixels);
  }, size);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}

function svgAddress() {
  return `data:image/svg+xml;base64,${readFileSync(join(folder, 'logo.svg')).toString('base64')}`;
}
