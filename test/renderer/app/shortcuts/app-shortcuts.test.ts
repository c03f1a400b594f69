import { beforeAll, expect, test, vi } from 'vitest';
import {
  appShortcuts,
  handleShortcut,
  shortcutSections,
  type ShellActions,
} from '../../../../renderer/app/shortcuts/app-shortcuts';
import { views } from '../../../../renderer/app/views';

// There is no page here, and nothing that could be typed into.
beforeAll(() => void vi.stubGlobal('Element', class {}));

function shell(changes: Partial<ShellActions> = {}) {
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const actions: ShellActions = {
    go: (view) => void done.push(view),
    back: note('back'),
    forward: note('forward'),
    openCommands: note('commands'),
    openKeys: note('keys'),
    togglePresenter: note('presenter'),
    leavePresenter: note('leave'),
    isPresenting: () => false,
    ...changes,
  };
  return { shortcuts: appShortcuts(views, actions), done };
}

test('every shortcut stands in the list, and what stands there does what it says', () => {
  const { shortcuts, done } = shell();
  const { title, lines } = shortcutSections(views, shortcuts)[0]!;
  expect(title).toBe('Everywhere');
  for (const { description } of shortcuts) expect(lines.map((line) => line.description)).toContain(description);
  shortcuts.forEach(({ run }) => run());
  expect(done).toEqual([
    'commands',
    'keys',
    'home',
    'datasets',
    'train',
    'solve',
    'models',
    'settings',
    'back',
    'forward',
    'presenter',
    'leave',
  ]);
});

test('no keys stand for two things', () => {
  const all = shell().shortcuts.flatMap(({ keys }) => keys.split(' '));
  expect(new Set(all).size).toBe(all.length);
});

/** As the window hears it: `uses` is a view that takes the key for itself, be it before or after. */
async function hear(
  pressed: Partial<KeyboardEvent>,
  { uses = false, presents = false, target = null as EventTarget | null } = {},
) {
  const { shortcuts, done } = shell({ isPresenting: () => presents });
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

test('Escape leaves presenter mode only while presenting, and not where the view has used it', async () => {
  expect(await hear({ key: 'Escape' })).toEqual([]);
  expect(await hear({ key: 'Escape' }, { presents: true })).toEqual(['leave']);
  expect(await hear({ key: 'Escape' }, { presents: true, uses: true })).toEqual([]);
});

test('Alt and an arrow go back where the view has no use for them', async () => {
  expect(await hear({ key: 'ArrowLeft', altKey: true })).toEqual(['back']);
  expect(await hear({ key: 'ArrowRight', altKey: true }, { uses: true })).toEqual([]);
});

test('a key held down does it once, and one of an input method nothing', async () => {
  expect(await hear({ key: 'k', ctrlKey: true, repeat: true })).toEqual([]);
  expect(await hear({ key: '?', isComposing: true })).toEqual([]);
  expect(await hear({ key: '?' })).toEqual(['keys']);
});
