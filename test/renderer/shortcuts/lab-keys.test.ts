import { expect, test } from 'vitest';
import { keySections, labShortcuts, type LabActions } from '../../../renderer/shortcuts/lab-keys';

function shell(changes: Partial<LabActions> = {}) {
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const actions: LabActions = {
    go: (room) => void done.push(room), back: note('back'), forward: note('forward'), openCommands: note('commands'), openKeys: note('keys'),
    togglePresenter: note('presenter'), leavePresenter: note('leave'), isPresenting: () => false, ownsArrows: () => false, ownsEscape: () => false, ...changes,
  };
  return { shortcuts: labShortcuts(actions), done };
}

test('every shortcut stands in the list, and what stands there does what it says', () => {
  const { shortcuts, done } = shell();
  const [{ title, lines }] = keySections(shortcuts);
  expect(title).toBe('Everywhere');
  for (const { does } of shortcuts) expect(lines.map((line) => line.does)).toContain(does);
  shortcuts.forEach(({ run }) => run());
  expect(done).toEqual(['commands', 'keys', 'home', 'datasets', 'train', 'solve', 'models', 'settings', 'back', 'forward', 'presenter', 'leave']);
});

test('no keys stand for two things', () => {
  const all = shell().shortcuts.flatMap(({ keys }) => keys.split(' '));
  expect(new Set(all).size).toBe(all.length);
});

test('Escape leaves presenter mode only while presenting, and not where the room needs it; arrows go back only where they are free', () => {
  const when = (keys: string, changes: Partial<LabActions>) => shell(changes).shortcuts.find((shortcut) => shortcut.keys.startsWith(keys))?.when?.();
  expect(when('Escape', {})).toBe(false);
  expect(when('Escape', { isPresenting: () => true })).toBe(true);
  expect(when('Escape', { isPresenting: () => true, ownsEscape: () => true })).toBe(false);
  expect(when('Alt+ArrowLeft', {})).toBe(true);
  expect(when('Alt+ArrowLeft', { ownsArrows: () => true })).toBe(false);
});
