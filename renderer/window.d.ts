/** Globals of the window. */
import type { MainApi } from '../electron/contract/main-api';

declare global {
  interface Window {
    /** Exposed by the preload script. */
    readonly mainApi: MainApi;
  }
}
