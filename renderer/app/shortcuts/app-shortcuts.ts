/** The keys that work in every room, and those of each room for the list under `?`. */
import { solveKeys } from '../../features/solve/player/keys';
import { trainKeys } from '../../features/train/train-keys';
import { roomNames, rooms, type Room } from '../navigation.svelte';
import { isPressed, isTyping, keyWords, type KeyLine, type Shortcut } from './keys';

export interface LabActions {
  readonly go: (room: Room) => void;
  readonly back: () => void;
  readonly forward: () => void;
  readonly openCommands: () => void;
  readonly openKeys: () => void;
  readonly togglePresenter: () => void;
  readonly leavePresenter: () => void;
  readonly isPresenting: () => boolean;
}

export function labShortcuts(actions: LabActions): readonly Shortcut[] {
  return [
    { keys: 'Mod+K', does: 'commands: everything by its name', run: actions.openCommands },
    { keys: '?', does: 'this list of keys', run: actions.openKeys },
    ...rooms.map((room, i) => ({ keys: `Mod+${i + 1}`, does: roomNames[room], run: () => actions.go(room) })),
    { keys: 'Alt+ArrowLeft Mod+[', does: 'back to where you were', run: actions.back, yields: true },
    { keys: 'Alt+ArrowRight Mod+]', does: 'forward again', run: actions.forward, yields: true },
    { keys: 'F5 Mod+Shift+P', does: 'presenter mode, on and off', run: actions.togglePresenter },
    {
      keys: 'Escape',
      does: 'leave presenter mode',
      run: actions.leavePresenter,
      when: actions.isPresenting,
      yields: true,
    },
  ];
}

/** Those of the menu, which main hears before the page does. */
const menuLines: readonly KeyLine[] = [
  { keys: keyWords('Mod+Plus Mod+-'), does: 'larger, smaller text' },
  { keys: keyWords('Mod+0'), does: 'usual text size' },
  { keys: 'F11', does: 'full screen' },
];

const listLines: readonly KeyLine[] = [
  { keys: 'Arrow keys', does: 'from puzzle to puzzle in the gallery' },
  { keys: 'Home, End, Page up, Page down', does: 'far through the gallery' },
];

export interface KeySection {
  readonly title: string;
  readonly lines: readonly KeyLine[];
}

export function keySections(shortcuts: readonly Shortcut[]): readonly KeySection[] {
  return [
    {
      title: 'Everywhere',
      lines: [...shortcuts.map(({ keys, does }) => ({ keys: keyWords(keys), does })), ...menuLines],
    },
    { title: roomNames.datasets, lines: listLines },
    { title: roomNames.train, lines: trainKeys.map(({ keys, does }) => ({ keys: keyWords(keys), does })) },
    { title: roomNames.solve, lines: solveKeys },
  ];
}

/** The shortcut of a key, or null: none while somebody types, a dialog is open, or the room has used the key itself. */
export function shortcutFor(event: KeyboardEvent, shortcuts: readonly Shortcut[]): Shortcut | null {
  if (event.defaultPrevented || event.isComposing || event.repeat || isTyping(event.target)) return null;
  if (event.target instanceof Element && event.target.closest('dialog')) return null;
  return shortcuts.find(({ keys, when }) => isPressed(keys, event) && (when?.() ?? true)) ?? null;
}

/** Does what a key stands for; where the room comes first, after it has heard the key, and only if it left it. */
export function press(event: KeyboardEvent, shortcuts: readonly Shortcut[]): void {
  const shortcut = shortcutFor(event, shortcuts);
  if (!shortcut) return;
  if (shortcut.yields) {
    setTimeout(() => event.defaultPrevented || shortcut.run());
    return;
  }
  event.preventDefault();
  shortcut.run();
}
