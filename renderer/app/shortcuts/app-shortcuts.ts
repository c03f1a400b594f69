/** The shortcuts that work in every view, and all shortcuts for the list under `?`. */
import type { ViewDefinition } from '../view-definition';
import { formatKeys, isTyping, matchesKeys, type Shortcut, type ShortcutLine } from './keys';

export interface ShellActions {
  /** @param view an id */
  readonly go: (view: string) => void;
  readonly back: () => void;
  readonly forward: () => void;
  readonly openCommands: () => void;
  readonly openKeys: () => void;
  readonly togglePresenter: () => void;
  readonly leavePresenter: () => void;
  readonly isPresenting: () => boolean;
}

export function appShortcuts(views: readonly ViewDefinition[], actions: ShellActions): readonly Shortcut[] {
  return [
    { keys: 'Mod+K', description: 'commands: everything by its name', run: actions.openCommands },
    { keys: '?', description: 'this list of keys', run: actions.openKeys },
    ...views.flatMap(({ id, label, shortcut }) =>
      shortcut === undefined ? [] : { keys: shortcut, description: label, run: () => actions.go(id) },
    ),
    { keys: 'Alt+ArrowLeft Mod+[', description: 'back to where you were', run: actions.back, yields: true },
    { keys: 'Alt+ArrowRight Mod+]', description: 'forward again', run: actions.forward, yields: true },
    { keys: 'F5 Mod+Shift+P', description: 'presenter mode, on and off', run: actions.togglePresenter },
    {
      keys: 'Escape',
      description: 'leave presenter mode',
      run: actions.leavePresenter,
      when: actions.isPresenting,
      yields: true,
    },
  ];
}

/** Of the application menu, which main handles before the page does. */
const menuLines: readonly ShortcutLine[] = [
  { keys: formatKeys('Mod+Plus Mod+-'), description: 'larger, smaller text' },
  { keys: formatKeys('Mod+0'), description: 'usual text size' },
  { keys: 'F11', description: 'full screen' },
];

export interface ShortcutSection {
  readonly title: string;
  readonly lines: readonly ShortcutLine[];
}

/** The shortcuts that work everywhere, then those of each view. */
export function shortcutSections(
  views: readonly ViewDefinition[],
  shortcuts: readonly Shortcut[],
): readonly ShortcutSection[] {
  return [
    {
      title: 'Everywhere',
      lines: [...shortcuts.map(({ keys, description }) => ({ keys: formatKeys(keys), description })), ...menuLines],
    },
    ...views.flatMap(({ label, keys }) => (keys ? { title: label, lines: keys } : [])),
  ];
}

/** Null while somebody types, a dialog is open, or the view has used the key. */
export function findShortcut(event: KeyboardEvent, shortcuts: readonly Shortcut[]): Shortcut | null {
  if (event.defaultPrevented || event.isComposing || event.repeat || isTyping(event.target)) return null;
  if (event.target instanceof Element && event.target.closest('dialog')) return null;
  return shortcuts.find(({ keys, when }) => matchesKeys(keys, event) && (when?.() ?? true)) ?? null;
}

/** Runs the shortcut of a key; one that yields runs only after the view has left the key unused. */
export function handleShortcut(event: KeyboardEvent, shortcuts: readonly Shortcut[]): void {
  const shortcut = findShortcut(event, shortcuts);
  if (!shortcut) return;
  if (shortcut.yields) {
    setTimeout(() => event.defaultPrevented || shortcut.run());
    return;
  }
  event.preventDefault();
  shortcut.run();
}
