/**
 * The house's one-way streets as a lint rule: datasets → models → electron, the window beside them.
 * Paths are resolved, so a folder of the same name elsewhere is not confused with a room.
 */
import { builtinModules } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';

/** What files of a room may import of ours. Nobody but the window itself imports the window. */
const rooms = [
  { room: /^datasets\//, may: /^datasets\// },
  { room: /^models\//, may: /^(datasets|models)\// },
  { room: /^electron\//, may: /^((datasets|models|electron)\/|package\.json$)/ },
  { room: /^renderer\//, may: /^(renderer\/|electron\/(contract|port|preferences|rpc)$|datasets\/(?!formats\/))/ },
];

/** Code that must run anywhere: in the window, in compute and in a test. */
const portable =
  /^(datasets\/(?!formats\/)|models\/(?!training\/|checkpoint\/)|renderer\/|electron\/(contract|port|preferences|rpc)\.ts)/;
const machine = /^(node:|electron$|onnxruntime-)/;

/** Sessions block their thread, so one file alone may open them. */
const sessionFile = 'models/training/session.ts';

/** @returns why `file` (relative to the project) must not import `target`, or null when it may. */
export function forbidden(file, target) {
  if (target.startsWith('.')) return forbiddenRoom(file, posix(relative('.', resolve('.', dirname(file), target))));
  const ofMachine = machine.test(target) || builtinModules.includes(target);
  if (portable.test(file) && ofMachine) return `${file} must run anywhere, and "${target}" does not`;
  if (target === 'onnxruntime-node' && rooms.some(({ room }) => room.test(file)) && file !== sessionFile) {
    return `only ${sessionFile} imports onnxruntime-node`;
  }
  return null;
}

function forbiddenRoom(file, target) {
  const street = rooms.find(({ room }) => room.test(file));
  if (street === undefined || street.may.test(target)) return null;
  return `${file} must not import ${target}: imports go datasets → models → electron, and the window takes only the contract, rpc and pure datasets`;
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
