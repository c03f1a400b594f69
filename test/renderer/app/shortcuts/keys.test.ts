import { expect, test } from 'vitest';
import { formatKeys, matchesKeys } from '../../../../renderer/app/shortcuts/keys';

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

test('Mod is Ctrl, and the command key on a Mac', () => {
  expect(press('Mod+K', { key: 'k', ctrlKey: true })).toBe(true);
  expect(press('Mod+K', { key: 'k', metaKey: true })).toBe(false);
  expect(press('Mod+K', { key: 'k', metaKey: true }, true)).toBe(true);
  expect(press('Mod+K', { key: 'k' })).toBe(false);
  expect(press('Mod+K', { key: 'K', ctrlKey: true, shiftKey: true })).toBe(false);
});

test('a sign is itself, whichever keys it takes on a keyboard', () => {
  expect(press('?', { key: '?', shiftKey: true })).toBe(true);
  expect(press('?', { key: '?' })).toBe(true);
  expect(press('?', { key: '?', ctrlKey: true })).toBe(false);
});

test('digits are those of the upper row', () => {
  expect(press('Mod+1', { key: '1', code: 'Digit1', ctrlKey: true })).toBe(true);
  expect(press('Mod+2', { key: 'é', code: 'Digit2', ctrlKey: true })).toBe(false);
});

test('any of several ways does it', () => {
  expect(press('F5 Mod+Shift+P', { key: 'F5' })).toBe(true);
  expect(press('F5 Mod+Shift+P', { key: 'P', ctrlKey: true, shiftKey: true })).toBe(true);
  expect(press('Alt+ArrowLeft', { key: 'ArrowLeft', altKey: true })).toBe(true);
  expect(press('Alt+ArrowLeft', { key: 'ArrowLeft' })).toBe(false);
});

test('keys are formatted as they are printed', () => {
  expect(formatKeys('Mod+K', false)).toBe('Ctrl + K');
  expect(formatKeys('F5 Mod+Shift+P', true)).toBe('F5 or ⌘⇧P');
  expect(formatKeys('Alt+ArrowLeft', false)).toBe('Alt + ←');
});
