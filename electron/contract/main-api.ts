/**
 * `MainApi`: the calls of the window to the main process, and the preferences they exchange. It contains no schemas,
 * so that the bundle of the window contains none; `main/settings.ts` validates and saves preferences.
 */
import type { LanguageChoice } from '../../renderer/messages/languages';
import type { Text } from '../../renderer/messages/message';

export const themes = ['system', 'dark', 'light'] as const;

/** Text sizes in percent of the default. */
export const textSizes = [90, 100, 115, 130, 150] as const;

/** Animations; `system` follows the system's setting. */
export const motions = ['system', 'reduce', 'full'] as const;

export interface Preferences {
  readonly theme: (typeof themes)[number];
  readonly textSize: (typeof textSizes)[number];
  readonly motion: (typeof motions)[number];
  readonly language: LanguageChoice;
  /** Cores to compute with; null: the default, which leaves one to other programs where there are four or more. */
  readonly cores: number | null;
  /** Keep the computer awake during training and evaluations. */
  readonly keepAwake: boolean;
  /** Ids of the sections of views that presenter mode hides (`data-presenter-section`). */
  readonly presenterHides: readonly string[];
  /** Ids of recently used commands, latest first. */
  readonly recent: readonly string[];
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  textSize: 100,
  motion: 'system',
  language: 'system',
  cores: null,
  keepAwake: true,
  presenterHides: ['subtitle', 'addresses', 'exports', 'runs', 'devices', 'halting', 'confidence'],
  recent: [],
};

/** Maximum number of recent commands. */
export const maxRecentCommands = 12;

/** State of the compute process. */
export type ComputeState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready' }
  /** The process does not answer; it may do so again. */
  | { readonly state: 'hung' }
  | { readonly state: 'exited'; readonly reason: Text };

/** Location of the user's data. */
export interface DataLocation {
  readonly folder: string;
  /** Default location. */
  readonly defaultFolder: string;
  /** `TRM_LAB_DATA` is set, so the location cannot be changed. */
  readonly isFixed: boolean;
  /** Previous data folders that still contain a copy. */
  readonly previous: readonly string[];
}

/** A file or folder that the user has chosen. */
export interface ChosenFile {
  /** Stands for the path in requests to compute. */
  readonly token: string;
  /** Last component of the path, to display. */
  readonly name: string;
}

/** The computer, for diagnostics. */
export interface SystemInfo {
  readonly system: string;
  readonly cpu: string;
  readonly logicalCpus: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  /** Personal; removed from copied diagnostics. */
  readonly home: string;
  readonly user: string;
}

/**
 * Exposed by the preload script as `window.mainApi`.
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
  /** Called when settings were changed elsewhere, e.g. in the menu. */
  onSettingsChanged(listener: (settings: Preferences) => void): () => void;
  /** Why the settings could not be read, or saved the last time; null otherwise. */
  getSettingsFailure(): Promise<Text | null>;
  onSettingsFailure(listener: (failure: Text | null) => void): () => void;
  /** Zoom factor of the window; 1 is 100 %. */
  setZoom(factor: number): Promise<void>;
  /** Called when the application is started a second time; the second instance exits. */
  onSecondInstance(listener: () => void): () => void;
  getSystemInfo(): Promise<SystemInfo>;
  getDataLocation(): Promise<DataLocation>;
  /**
   * Restarts the application with another data folder, after a question of main. `copied`: it contains a copy of the current one.
   * @returns false if the user declines
   */
  switchDataFolder(request: { readonly folder: string; readonly copied: boolean }): Promise<boolean>;
  /** Deletes the copies in previous data folders, after a question of main that lists them. @returns null if the user declines */
  removePreviousData(): Promise<DataLocation | null>;
  /** A file or folder that the user chooses; null when cancelled. */
  showOpenDialog(request: {
    readonly title: string;
    readonly what: 'file' | 'folder';
    readonly extensions?: string[];
  }): Promise<ChosenFile | null>;
  /** A new file that the user chooses; null when cancelled. */
  showSaveDialog(request: {
    readonly title: string;
    readonly name: string;
    readonly extensions?: string[];
  }): Promise<ChosenFile | null>;
  /** Writes text or a PNG to a file that the user chooses. @returns the path; null when cancelled */
  saveFile(request: {
    readonly title: string;
    readonly name: string;
    readonly content: string | Uint8Array;
  }): Promise<string | null>;
  /** Opens a folder of the data folder in the system's file manager. */
  openFolder(request: {
    readonly location: 'data' | 'models' | 'runs' | 'datasets' | 'experiments';
    readonly id?: string;
  }): Promise<void>;
  /** A file that was dropped on the window; null if it is not a file of this machine. */
  acceptDroppedFile(file: File): Promise<ChosenFile | null>;
}
