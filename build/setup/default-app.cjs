/**
 * What the stand-in Electron runs first: opens the application named on the command line, after
 * the modules asked for with -r (Playwright brings one). The official runtime has its own.
 */
const Module = require('node:module');
const path = require('node:path');
const { app } = require('electron');

function readCommandLine(args) {
  const modules = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '-r' || args[i] === '--require') modules.push(args[++i]);
    else if (!args[i].startsWith('-')) return { modules, folder: path.resolve(args[i]) };
  }
  return { modules, folder: null };
}

function open(folder) {
  const description = require(path.join(folder, 'package.json'));
  app.setName(description.productName ?? description.name);
  app.setVersion(description.version);
  app.setAppPath(folder);
  Module._load(path.join(folder, description.main), Module, true);
}

const { modules, folder } = readCommandLine(process.argv.slice(1));
process.defaultApp = true;
for (const name of modules) Module._load(name, Module, true);
if (folder === null) {
  console.error('usage: electron [-r module] folder-of-the-application');
  app.exit(2);
} else {
  open(folder);
}
