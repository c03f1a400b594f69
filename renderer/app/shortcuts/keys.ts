/** Keys as they are written, `Mod+Shift+P`, told apart in events and said for the machine at hand. `Mod` is Ctrl, or ⌘ on a Mac. */

/** Keys as they are said, and what they do: a line of the list under `?`. */
export interface KeyLine {
  readonly keys: string;
  readonly does: string;
}

export interface Shortcut {
  /** As `Mod+K`; several ways are separated by a space. */
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
  /** Whether they do it now; always where it is not said. */
  readonly when?: () => boolean;
  /** The room may use the key itself, which it says by preventing what the key does otherwise. */
  readonly yields?: boolean;
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function isPressed(keys: string, event: KeyEvent, isMac = onMac()): boolean {
  return keys.split(' ').some((one) => isOne(one, event, isMac));
}

function isOne(keys: string, event: KeyEvent, isMac: boolean): boolean {
  const parts = keys.split('+');
  const name = parts.pop() ?? '';
  const wants = (modifier: string) => parts.includes(modifier);
  // A sign may need Shift on one keyboard and not on another; a letter or a digit says it.
  const isSign = /^[^a-z0-9]$/iu.test(name);
  return (
    keyOf(event).toLowerCase() === name.toLowerCase() &&
    event.altKey === wants('Alt') &&
    event.ctrlKey === (wants('Mod') && !isMac) &&
    event.metaKey === (wants('Mod') && isMac) &&
    (isSign || event.shiftKey === wants('Shift'))
  );
}

/** Digits by their place: with Ctrl some layouts give another sign. */
function keyOf({ key, code }: KeyEvent): string {
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
export function keyWords(keys: string, isMac = onMac()): string {
  const said = (part: string) =>
    signs[part] ?? (isMac ? macSigns[part] : undefined) ?? (part === 'Mod' ? 'Ctrl' : part);
  const spoken = (one: string) =>
    one.length === 1
      ? one
      : one
          .split('+')
          .map(said)
          .join(isMac ? '' : ' + ');
  return keys.split(' ').map(spoken).join(' or ');
}

/** Keys belong to the field while somebody types in it. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]')
  );
}

export function onMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac/u.test(navigator.platform);
}
