/** Keyboard shortcuts: written as `Mod+Shift+P` (`Mod` is Ctrl, or ⌘ on a Mac), matched with events, formatted and listed. */
import { t } from '../../messages/language.svelte';
import type { MessageId } from '../../messages/message';
import type { ViewDefinition } from '../view-definition';

/** A line of the list of shortcuts: formatted keys and what they do, in the language of the window. */
export interface ShortcutLine {
  readonly keys: string;
  readonly description: string;
}

interface Shortcut {
  /** As `Mod+K`; alternatives are separated by a space. */
  readonly keys: string;
  readonly description: MessageId;
  readonly run: () => void;
  /** Whether the shortcut is active; always where it is absent. */
  readonly when?: () => boolean;
  /** The view may use the key itself and then calls `preventDefault`. */
  readonly yields?: boolean;
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function matchesKeys(keys: string, event: KeyEvent, mac = isMac()): boolean {
  return keys.split(' ').some((one) => matchesOne(one, event, mac));
}

function matchesOne(keys: string, event: KeyEvent, mac: boolean): boolean {
  const parts = keys.split('+');
  const name = parts.pop() ?? '';
  const wants = (modifier: string) => parts.includes(modifier);
  // A sign may need Shift on one keyboard layout and not on another.
  const isSign = /^[^a-z0-9]$/iu.test(name);
  return (
    eventKey(event).toLowerCase() === name.toLowerCase() &&
    event.altKey === wants('Alt') &&
    event.ctrlKey === (wants('Mod') && !mac) &&
    event.metaKey === (wants('Mod') && mac) &&
    (isSign || event.shiftKey === wants('Shift'))
  );
}

/** Digits by their position: with Ctrl some layouts give another sign. */
function eventKey({ key, code }: KeyEvent): string {
  const digit = /^Digit(\d)$/u.exec(code)?.[1];
  return digit !== undefined && !/^[^a-z0-9]$/iu.test(key) ? digit : key;
}

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};
const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };

/** `Mod+K F5` → `Ctrl + K or F5`, on a Mac `⌘K or F5` */
export function formatKeys(keys: string, mac = isMac()): string {
  const formatPart = (part: string) =>
    signs[part] ?? (mac ? macSigns[part] : undefined) ?? (part === 'Mod' ? 'Ctrl' : part);
  const formatOne = (one: string) =>
    one.length === 1
      ? one
      : one
          .split('+')
          .map(formatPart)
          .join(mac ? '' : ' + ');
  return keys
    .split(' ')
    .map(formatOne)
    .reduce((first, second) => t('shortcuts.alternatives', { first, second }));
}

/** Whether the target is a field that takes the keys itself. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]')
  );
}

/** Whether the key belongs to the focused control or to a dialog, so that a view must not use it. */
export function isForControl({ target, key, defaultPrevented }: KeyboardEvent): boolean {
  if (defaultPrevented || !(target instanceof Element)) return defaultPrevented;
  return (
    target.matches('input, textarea, select, summary, [contenteditable]') ||
    target.closest('dialog') !== null ||
    (key === ' ' && target.matches('button'))
  );
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac/u.test(navigator.platform);
}

/** What the shortcuts that work in every view do. */
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
    { keys: 'Mod+K', description: 'shortcuts.openPalette', run: actions.openCommands },
    { keys: '?', description: 'shortcuts.showShortcuts', run: actions.openKeys },
    ...views.flatMap(({ id, label, shortcut }) =>
      shortcut === undefined ? [] : { keys: shortcut, description: label, run: () => actions.go(id) },
    ),
    { keys: 'Alt+ArrowLeft Mod+[', description: 'shortcuts.back', run: actions.back, yields: true },
    { keys: 'Alt+ArrowRight Mod+]', description: 'shortcuts.forward', run: actions.forward, yields: true },
    { keys: 'F5 Mod+Shift+P', description: 'shortcuts.togglePresenter', run: actions.togglePresenter },
    {
      keys: 'Escape',
      description: 'shortcuts.exitPresenter',
      run: actions.leavePresenter,
      when: actions.isPresenting,
      yields: true,
    },
  ];
}

/** Shortcuts of the application menu, which the main process handles before the page. */
const menuShortcuts: readonly Pick<Shortcut, 'keys' | 'description'>[] = [
  { keys: 'Mod+Plus Mod+-', description: 'shortcuts.textSize' },
  { keys: 'Mod+0', description: 'app.menu.defaultTextSize' },
  { keys: 'F11', description: 'app.menu.fullScreen' },
];

export interface ShortcutSection {
  readonly title: string;
  readonly lines: readonly ShortcutLine[];
}

/** The shortcuts that work in all views, then those of each view, in the language of the window. */
export function shortcutSections(
  views: readonly ViewDefinition[],
  shortcuts: readonly Shortcut[],
): readonly ShortcutSection[] {
  return [
    {
      title: t('views.all'),
      lines: [...shortcuts, ...menuShortcuts].map(({ keys, description }) => ({
        keys: formatKeys(keys),
        description: t(description),
      })),
    },
    ...views.flatMap(({ label, keys }) => (keys ? { title: t(label), lines: keys() } : [])),
  ];
}

/** Null while the user types or a dialog is open, and if the view has used the key. */
function findShortcut(event: KeyboardEvent, shortcuts: readonly Shortcut[]): Shortcut | null {
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
