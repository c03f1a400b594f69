import { beforeAll, expect, test, vi } from 'vitest';
import type { ShellActions } from '../../../../renderer/app/shortcuts/shortcuts';
import {
  appShortcuts,
  formatKeys,
  handleShortcut,
  isForControl,
  matchesKeys,
  shortcutSections,
} from '../../../../renderer/app/shortcuts/shortcuts';
import { t } from '../../../../renderer/messages/language.svelte';
import { views } from '../../../../renderer/app/views';

type Press = Partial<Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>>;
const event = (press: Press) => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...press,
});
const press = (keys: string, pressed: Press, isMac = false) => matchesKeys(keys, event(pressed), isMac);

test('Mod matches Ctrl, and Command on a Mac', () => {
  expect(press('Mod+K', { key: 'k', ctrlKey: true })).toBe(true);
  expect(press('Mod+K', { key: 'k', metaKey: true })).toBe(false);
  expect(press('Mod+K', { key: 'k', metaKey: true }, true)).toBe(true);
  expect(press('Mod+K', { key: 'k' })).toBe(false);
  expect(press('Mod+K', { key: 'K', ctrlKey: true, shiftKey: true })).toBe(false);
});

test('a sign matches with or without Shift', () => {
  expect(press('?', { key: '?', shiftKey: true })).toBe(true);
  expect(press('?', { key: '?' })).toBe(true);
  expect(press('?', { key: '?', ctrlKey: true })).toBe(false);
});

test('digits match the keys of the number row in any layout', () => {
  expect(press('Mod+1', { key: '1', code: 'Digit1', ctrlKey: true })).toBe(true);
  expect(press('Mod+2', { key: 'é', code: 'Digit2', ctrlKey: true })).toBe(false);
});

test('any of several alternatives matches', () => {
  expect(press('F5 Mod+Shift+P', { key: 'F5' })).toBe(true);
  expect(press('F5 Mod+Shift+P', { key: 'P', ctrlKey: true, shiftKey: true })).toBe(true);
  expect(press('Alt+ArrowLeft', { key: 'ArrowLeft', altKey: true })).toBe(true);
  expect(press('Alt+ArrowLeft', { key: 'ArrowLeft' })).toBe(false);
});

test('keys are formatted as on the keyboard of the platform', () => {
  expect(formatKeys('Mod+K', false)).toBe('Ctrl + K');
  expect(formatKeys('F5 Mod+Shift+P', true)).toBe('F5 or ⌘⇧P');
  expect(formatKeys('Alt+ArrowLeft', false)).toBe('Alt + ←');
});

// Node has no Element class.
beforeAll(() => void vi.stubGlobal('Element', class {}));

function createShortcuts(changes: Partial<ShellActions> = {}) {
  const done: string[] = [];
  const record = (name: string) => () => void done.push(name);
  const actions: ShellActions = {
    go: (view) => void done.push(view),
    back: record('back'),
    forward: record('forward'),
    openCommands: record('commands'),
    openKeys: record('keys'),
    togglePresenter: record('presenter'),
    leavePresenter: record('leave'),
    isPresenting: () => false,
    ...changes,
  };
  return { shortcuts: appShortcuts(views, actions), done };
}

test('every shortcut is listed and runs its action', () => {
  const { shortcuts, done } = createShortcuts();
  const { title, lines } = shortcutSections(views, shortcuts)[0]!;
  expect(title).toBe('All views');
  for (const { description } of shortcuts) expect(lines.map((line) => line.description)).toContain(t(description));
  shortcuts.forEach(({ run }) => run());
  expect(done).toEqual([
    'commands',
    'keys',
    'home',
    'datasets',
    'train',
    'solve',
    'models',
    'experiments',
    'settings',
    'back',
    'forward',
    'presenter',
    'leave',
  ]);
});

test('no keys are assigned twice', () => {
  const all = createShortcuts().shortcuts.flatMap(({ keys }) => keys.split(' '));
  expect(new Set(all).size).toBe(all.length);
});

/** Handles a key like the window and returns the actions; `uses`: a view handles the key itself. */
async function pressKey(
  pressed: Partial<KeyboardEvent>,
  { uses = false, presents = false, target = null as EventTarget | null } = {},
) {
  const { shortcuts, done } = createShortcuts({ isPresenting: () => presents });
  const event = {
    key: '',
    code: '',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    isComposing: false,
    repeat: false,
    target,
    ...pressed,
    defaultPrevented: false,
    preventDefault: () => void (event.defaultPrevented = true),
  };
  handleShortcut(event as unknown as KeyboardEvent, shortcuts);
  if (uses) event.preventDefault();
  await new Promise((resolve) => setTimeout(resolve, 1));
  return done;
}

test('Escape leaves presenter mode only while presenting and if the view has not used it', async () => {
  expect(await pressKey({ key: 'Escape' })).toEqual([]);
  expect(await pressKey({ key: 'Escape' }, { presents: true })).toEqual(['leave']);
  expect(await pressKey({ key: 'Escape' }, { presents: true, uses: true })).toEqual([]);
});

test('Alt and an arrow navigate only if the view has not used them', async () => {
  expect(await pressKey({ key: 'ArrowLeft', altKey: true })).toEqual(['back']);
  expect(await pressKey({ key: 'ArrowRight', altKey: true }, { uses: true })).toEqual([]);
});

test('key repeats and input method keys are ignored', async () => {
  expect(await pressKey({ key: 'k', ctrlKey: true, repeat: true })).toEqual([]);
  expect(await pressKey({ key: '?', isComposing: true })).toEqual([]);
  expect(await pressKey({ key: '?' })).toEqual(['keys']);
});

interface KeyCase {
  readonly key: string;
  readonly defaultPrevented?: boolean;
  readonly field?: boolean;
  readonly dialog?: boolean;
  readonly button?: boolean;
}

test.each([
  ['a field', { field: true, key: 'ArrowLeft' }, true],
  ['an element in a dialog', { dialog: true, key: 'ArrowLeft' }, true],
  ['a button (Space)', { button: true, key: ' ' }, true],
  ['a button (arrow key)', { button: true, key: 'ArrowLeft' }, false],
  ['the page', { key: ' ' }, false],
  ['a view that has used the key', { key: 'n', defaultPrevented: true }, true],
])('isForControl for a key on %s', (_, { key, defaultPrevented = false, field, dialog, button }: KeyCase, expected) => {
  const target = Object.assign(new Element(), {
    matches: (selector: string) => (selector === 'button' ? button === true : field === true),
    closest: () => (dialog ? {} : null),
  });
  expect(isForControl({ target, key, defaultPrevented } as unknown as KeyboardEvent)).toBe(expected);
});
