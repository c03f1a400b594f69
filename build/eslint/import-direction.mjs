/**
 * Layers as a lint rule: datasets → models → electron; the window may import the contract and pure datasets.
 * Paths are resolved, so that a folder of the same name elsewhere is not mistaken for a layer.
 */
import { builtinModules } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';

/** What files of a layer may import of this project. Only the window imports the window. */
const layers = [
  { layer: /^datasets\//, mayImport: /^datasets\// },
  { layer: /^models\//, mayImport: /^(datasets|models)\// },
  { layer: /^electron\//, mayImport: /^((datasets|models|electron)\/|package\.json$)/ },
  { layer: /^renderer\//, mayImport: /^(renderer|electron\/contract|datasets(?!\/formats))\// },
];

/** Messages are ids and types: every layer returns them, and the command line formats them as the window does. */
const messages = /^renderer\/messages\//;

/** Code without Node, DOM or onnxruntime: it runs in the window, in compute and in a test. */
const portable =
  /^(datasets\/(?!formats\/)|models\/(graph|onnx|nn|family|optim|train|evaluate|presets)\/|renderer\/|electron\/contract\/)/;
const machine = /^(node:|electron$|onnxruntime-)/;

/** A session blocks its thread while it computes, so one file alone opens sessions. */
const sessionFile = 'models/runtime/onnxruntime.ts';

/** @returns why `file` (relative to the project) must not import `target`, or null when it may. */
export function forbidden(file, target) {
  if (target.startsWith('.')) return forbiddenLayer(file, posix(relative('.', resolve('.', dirname(file), target))));
  const isMachine = machine.test(target) || builtinModules.includes(target);
  if (portable.test(file) && isMachine) return `${file} is portable and must not import "${target}"`;
  if (target === 'onnxruntime-node' && layers.some(({ layer }) => layer.test(file)) && file !== sessionFile) {
    return `only ${sessionFile} imports onnxruntime-node`;
  }
  return null;
}

function forbiddenLayer(file, target) {
  const rule = layers.find(({ layer }) => layer.test(file));
  if (rule === undefined || rule.mayImport.test(target) || messages.test(target)) return null;
  return `${file} must not import ${target}: imports go datasets → models → electron, and the window imports only electron/contract and pure datasets`;
}

const posix = (path) => path.split(sep).join('/');

export const importDirection = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{reason}}' } },
  create(context) {
    const file = posix(relative(context.cwd, context.filename));
    const check = ({ source }) => {
      if (typeof source?.value !== 'string') return;
      const reason = forbidden(file, source.value);
      if (reason !== null) context.report({ node: source, messageId: 'forbidden', data: { reason } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
