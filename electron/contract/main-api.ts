/** The main process as the window sees it: the few calls that go to main instead of compute. */

/**
 * What a person sets about the window, and what the lab begins with. Without schemas, so that the window that
 * imports it carries none; `settings.ts` checks and keeps it.
 */
export const themes = ['system', 'dark', 'light'] as const;

/** Percent of the size the lab is drawn for. */
export const textSizes = [90, 100, 115, 130, 150] as const;

/** `system`: as the system asks for. */
export const motions = ['system', 'reduce', 'full'] as const;

export interface Preferences {
  readonly theme: (typeof themes)[number];
  readonly textSize: (typeof textSizes)[number];
  readonly motion: (typeof motions)[number];
  /** Parts that presenter mode hides, by the names that the window's views give them (`data-presenter-part`). */
  readonly presenterHides: readonly string[];
  /** Ids of the commands used last, the latest first. */
  readonly recent: readonly string[];
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  textSize: 100,
  motion: 'system',
  presenterHides: ['facts', 'addresses', 'exports', 'runs', 'machine', 'halting', 'confidence'],
  recent: [],
};

/** How many commands are remembered. */
export const maxRecentCommands = 12;

/** State of the compute process; `reason` is for people. */
export type ComputeState =
  { readonly state: 'starting' } | { readonly state: 'ready' } | { readonly state: 'gone'; readonly reason: string };

/** Where the user's data are. */
export interface DataLocation {
  readonly folder: string;
  /** Where they are unless they were moved. */
  readonly defaultFolder: string;
  /** `TRM_LAB_DATA` is set, so the lab cannot move them. */
  readonly isFixed: boolean;
  /** Folders that the data were moved from and that still hold a copy. */
  readonly previous: readonly string[];
}

/** This computer, for diagnostics. */
export interface SystemInfo {
  readonly system: string;
  readonly processor: string;
  readonly logicalProcessors: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  /** Removed from what is copied: they name the person. */
  readonly home: string;
  readonly user: string;
}

/**
 * What the preload script exposes as `window.mainApi`: the few calls that go to main.
 * `connect` makes main send a fresh port to compute, which arrives as a window message
 * `{ type: 'lab/port' }` with the port in `event.ports[0]`.
 */
export interface MainApi {
  connect(): Promise<void>;
  getComputeState(): Promise<ComputeState>;
  onComputeState(listener: (state: ComputeState) => void): () => void;
  restartCompute(): Promise<void>;
  getSettings(): Promise<Preferences>;
  /** Saves at once. @returns all settings afterwards */
  updateSettings(changes: Partial<Preferences>): Promise<Preferences>;
  /** Settings were changed elsewhere, e.g. in the menu. */
  onSettingsChanged(listener: (settings: Preferences) => void): () => void;
  /** Zoom factor of the window; 1 is 100 %. */
  setZoom(factor: number): Promise<void>;
  /** The application was started a second time; this instance stays. */
  onSecondInstance(listener: () => void): () => void;
  getSystemInfo(): Promise<SystemInfo>;
  getDataLocation(): Promise<DataLocation>;
  /** Restarts the application with the data of that folder. `copied`: they were copied there from the present one. */
  switchDataFolder(request: { readonly folder: string; readonly copied: boolean }): Promise<void>;
  /** Deletes the copies that are left in previous folders. */
  removePreviousData(): Promise<DataLocation>;
  /** The path of a file or folder that the user chooses; null when cancelled. */
  showOpenDialog(request: {
    readonly title: string;
    readonly what: 'file' | 'folder';
    readonly extensions?: string[];
  }): Promise<string | null>;
  /** The path of a new file that the user chooses; null when cancelled. */
  showSaveDialog(request: {
    readonly title: string;
    readonly name: string;
    readonly extensions?: string[];
  }): Promise<string | null>;
  /** Writes text or a PNG to a file that the user chooses. @returns its path; null when cancelled */
  saveFile(request: {
    readonly title: string;
    readonly name: string;
    readonly content: string | Uint8Array;
  }): Promise<string | null>;
  /** Shows a folder of the lab in the system's file manager. */
  openFolder(request: {
    readonly location: 'data' | 'models' | 'runs' | 'datasets';
    readonly id?: string;
  }): Promise<void>;
  /** The path of a file that was dropped on the window; empty for what is no file of this machine. */
  getPathForFile(file: File): string;
}
