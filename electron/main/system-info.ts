/** What can be told of this computer. */
import { availableParallelism, cpus, freemem, homedir, release, totalmem, type, userInfo } from 'node:os';
import type { Machine } from '../contract/contract';

export function describeMachine(): Machine {
  const { electron = '', chrome = '', node } = process.versions;
  return {
    system: `${type()} ${release()}, ${process.arch}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
    logicalProcessors: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    electron,
    chrome,
    node,
    home: homedir(),
    user: userName(),
  };
}

/** Some systems know no name for the user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
