/** What goes into the packaged app. Everything but onnxruntime is already inside the built files. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackedApp } from './notices.mjs';
import { fallbackVersion } from './setup/fallback-runtime.mjs';
import { isFallback } from './setup/electron-runtime.mjs';
import { fromRoot } from './setup/paths.mjs';

const testOnly = isFallback();

export default {
  appId: 'org.trm-puzzle-lab.app',
  productName: 'TRM Puzzle Lab',
  copyright: 'MIT licence',
  directories: { output: testOnly ? 'release/test-only' : 'release', buildResources: 'build/icons' },
  electronDist: fromRoot('node_modules', 'electron', 'dist'),
  ...(testOnly && { electronVersion: fallbackVersion }),
  npmRebuild: false,
  // Exclusions stand here and not under a platform: there, everything else would be packed as well.
  files: [
    'package.json',
    'LICENSE',
    'out/{main,preload,renderer}/**',
    '!**/*.map',
    '!out/**/*.licences.json',
    '!node_modules/!(onnxruntime-node|onnxruntime-common)/**',
    '!node_modules/onnxruntime-node/{script,lib}/**',
    '!node_modules/onnxruntime-{node,common}/**/*.{ts,md}',
    '!node_modules/onnxruntime-common/dist/esm/**',
    '!node_modules/onnxruntime-node/bin/*/!(${platform})/**',
    '!node_modules/onnxruntime-node/bin/*/${platform}/!(${arch})/**',
  ],
  // A native library is loaded by the operating system, which cannot read archives.
  asarUnpack: ['node_modules/onnxruntime-node/bin/**'],
  extraResources: [{ from: 'models/pretrained', to: 'pretrained' }],
  extraFiles: [
    { from: 'LICENSE', to: 'LICENSE.txt' },
    { from: 'out/THIRD-PARTY-NOTICES.txt', to: 'THIRD-PARTY-NOTICES.txt' },
    ...(testOnly ? [{ from: 'build/test-only.txt', to: 'TEST-ONLY.txt' }] : []),
  ],
  afterPack: async ({ appOutDir, packager }) => {
    const resources = packager.getResourcesDir(appOutDir);
    await checkPackedApp(join(resources, 'app.asar'));
    await rm(join(resources, 'default_app.asar'), { force: true });
  },
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
  },
  linux: { target: ['AppImage', 'deb'], category: 'Education', icon: 'build/icons', executableName: 'trm-puzzle-lab' },
  win: { target: [{ target: 'nsis', arch: ['x64', 'arm64'] }], icon: 'build/icons/icon.ico' },
  mac: {
    target: [{ target: 'dmg', arch: ['arm64'] }],
    category: 'public.app-category.education',
    icon: 'build/icons/icon.icns',
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
};
