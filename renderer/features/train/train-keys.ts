/** The keys of the Train room, where a run or a comparison is looked at. */
export const trainKeys: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '+', does: 'look closer at the middle of the charts' },
  { keys: '-', does: 'look at more of the charts' },
  { keys: 'ArrowLeft', does: 'move what is in sight to the left' },
  { keys: 'ArrowRight', does: 'move what is in sight to the right' },
  { keys: 'Escape', does: 'show the charts whole again' },
];

export type ChartMove = 'closer' | 'wider' | 'left' | 'right' | 'whole';

const moves: Readonly<Record<string, ChartMove>> = {
  '+': 'closer',
  '=': 'closer',
  '-': 'wider',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Escape: 'whole',
};

/** What a key asks of the charts; null for keys with others held, and for those that belong to a control or a dialog. */
export function chartMove(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'target'>,
): ChartMove | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const isOwned =
    event.target instanceof Element &&
    (event.target.matches('input, textarea, select, summary, [contenteditable]') ||
      event.target.closest('dialog') !== null);
  return isOwned ? null : (moves[event.key] ?? null);
}
