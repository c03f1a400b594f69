/** Shortcuts as they are written, `Mod+Shift+P`: matched with events and formatted for this machine. `Mod` is Ctrl, or ⌘ on a Mac. */

/** A line of the list of shortcuts: formatted keys and what they do. */
export interface ShortcutLine {
  readonly keys: string;
  readonly description: string;
}

export interface Shortcut {
  /** As `Mod+K`; alternatives are separated by a space. */
  readonly keys: string;
  readonly description: string;
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
  // A sign may need Shift on one keyboard and not on another.
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
  return keys.split(' ').map(formatOne).join(' or ');
}

/** Whether the target is a field that takes the keys itself. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]')
  );
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac/u.test(navigator.platform);
}
