import type { Host } from '../electron/contract/contract';

declare global {
  interface Window {
    /** Exposed by the preload script. */
    readonly host: Host;
  }
}
