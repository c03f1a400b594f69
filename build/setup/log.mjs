/** Set-up talks on stderr only: stdout belongs to the command it prepares. */
export function log(message) {
  process.stderr.write(`set-up: ${message}\n`);
}

/** A reason to stop that a person can act on; shown without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}
