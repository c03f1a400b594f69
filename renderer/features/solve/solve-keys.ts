/** The player's keys: arrows step, with Shift by H cycle, with Alt by supervision step; space plays. */
import { isForControl } from '../../app/shortcuts/shortcuts';
import type { Player, StepSize } from './player/player.svelte';

/** Every key of the Solve view, for the list of shortcuts. */
export const solveKeys: readonly { readonly keys: string; readonly description: string }[] = [
  { keys: '← →', description: 'one L update back or on' },
  { keys: 'Shift + ← →', description: 'one H cycle' },
  { keys: 'Alt + ← →', description: 'one supervision step' },
  { keys: 'Space', description: 'play or pause' },
  { keys: 'Home, End', description: 'to the start, to the end' },
  { keys: 'F', description: 'to the first right answer' },
  { keys: 'N', description: 'another puzzle, at random' },
  { keys: 'E', description: 'edit the clues' },
  { keys: 'Arrow keys in the grid', description: 'light a cell' },
  { keys: 'Enter in the grid', description: 'keep a cell chosen, to see its attention' },
  { keys: 'Esc', description: 'let the chosen cell go; while editing, leave the editor' },
  { keys: 'Ctrl + V', description: 'a puzzle as text, from the clipboard' },
  { keys: 'Ctrl + Z, Ctrl + Shift + Z', description: 'while editing: undo, redo' },
  { keys: 'Ctrl + Enter', description: 'while editing: solve' },
];

type Action = (player: Player) => void;

const plainKeys: Record<string, Action> = {
  ' ': (player) => player.toggle(),
  Home: (player) => player.toStart(),
  End: (player) => player.toEnd(),
  f: (player) => player.toFirstCorrect(),
};

const directions: Record<string, 1 | -1> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** What a key does in the player; null for other keys and for those that the focused control uses. */
export function keyAction(event: KeyboardEvent): Action | null {
  if (event.ctrlKey || event.metaKey || isForControl(event)) return null;
  const direction = directions[event.key];
  if (!direction) return plainKeys[event.key] ?? null;
  const stepSize: StepSize = event.altKey ? 'step' : event.shiftKey ? 'cycle' : 'update';
  return (player) => player.step(direction, stepSize);
}

/** Actions of the view, on keys without modifiers. */
export type ViewKey = 'randomPuzzle' | 'edit' | 'clearSelection';

const viewKeys: Record<string, ViewKey> = { n: 'randomPuzzle', e: 'edit', Escape: 'clearSelection' };

export function viewKey(event: KeyboardEvent): ViewKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey || isForControl(event)) return null;
  return viewKeys[event.key] ?? null;
}

/** Actions of the editor, wherever the focus is. */
export type EditorKey = 'undo' | 'redo' | 'solve' | 'exit';

export function editorKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): EditorKey | null {
  if (event.key === 'Escape') return 'exit';
  if (!event.ctrlKey && !event.metaKey) return null;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  if (key === 'y') return 'redo';
  return key === 'enter' ? 'solve' : null;
}
