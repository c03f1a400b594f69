/** The player's keys: arrows step, with Shift by H cycle, with Alt by supervision step; space plays. */
import { formatKeys, isForControl, type ShortcutLine } from '../../app/shortcuts/shortcuts';
import { t } from '../../messages/language.svelte';
import type { Player, StepSize } from './player/player.svelte';

/** Every key of the Solve view, for the list of shortcuts. */
export const solveKeys = (): readonly ShortcutLine[] => [
  { keys: '← →', description: t('solve.keys.update') },
  { keys: `${formatKeys('Shift+ArrowLeft')} →`, description: t('solve.keys.cycle') },
  { keys: `${formatKeys('Alt+ArrowLeft')} →`, description: t('solve.keys.step') },
  { keys: t('solve.player.spaceKey'), description: t('solve.keys.play') },
  { keys: formatKeys('Home End'), description: t('solve.keys.ends') },
  { keys: 'F', description: t('solve.keys.firstCorrect') },
  { keys: 'N', description: t('solve.keys.random') },
  { keys: 'E', description: t('solve.keys.edit') },
  { keys: 'B', description: t('solve.keys.boardOnly') },
  { keys: t('solve.keys.gridArrows'), description: t('solve.keys.highlight') },
  { keys: t('solve.keys.gridEnter'), description: t('solve.keys.select') },
  { keys: 'Esc', description: t('solve.keys.escape') },
  { keys: formatKeys('Mod+V'), description: t('solve.keys.paste') },
  { keys: `${formatKeys('Mod+Z')}, ${formatKeys('Mod+Shift+Z')}`, description: t('solve.keys.undo') },
  { keys: formatKeys('Mod+Enter'), description: t('solve.keys.solve') },
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
export type ViewKey = 'randomPuzzle' | 'edit' | 'boardOnly' | 'escape';

const viewKeys: Record<string, ViewKey> = { n: 'randomPuzzle', e: 'edit', b: 'boardOnly', Escape: 'escape' };

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
