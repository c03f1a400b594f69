import type { Host } from '../electron/contract';

declare global {
  interface Window {
    /** Exposed by the preload script. */
    readonly host: Host;
  }
}
