import { spawn } from 'node:child_process';
import { root } from './setup/paths.mjs';

/** Runs a command on our own terminal and passes signals on; resolves to its exit code. */
export function runChild(command, args, env = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const passOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** Runs a script of an installed package without a terminal; resolves to its exit code and what it printed. */
export function captureScript(script, args) {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** `runChild` for a script of an installed package, e.g. `node_modules/vitest/vitest.mjs`. */
export function runScript(script, args, env = {}) {
  return runChild(process.execPath, [script, ...args], env);
}
