/** The keys that zoom and move the charts. */
import { formatKeys, isForControl, type ShortcutLine } from '../../../app/shortcuts/shortcuts';
import { t } from '../../../messages/language.svelte';
import type { AxisRange } from '../../../ui/chart-options';
import type { ChartView } from './chart-view.svelte';

/** Keys of the charts, for the list of shortcuts. */
export const trainKeys = (): readonly ShortcutLine[] => [
  { keys: formatKeys('+'), description: t('train.keys.zoomIn') },
  { keys: formatKeys('-'), description: t('train.keys.zoomOut') },
  { keys: formatKeys('ArrowLeft'), description: t('train.keys.moveLeft') },
  { keys: formatKeys('ArrowRight'), description: t('train.keys.moveRight') },
  { keys: formatKeys('Escape'), description: t('train.keys.showAll') },
];

type Action = (view: ChartView, fullRange: AxisRange) => void;

const zoomIn: Action = (view, fullRange) => view.zoomBy(0.5, fullRange);

const actions: Readonly<Record<string, Action>> = {
  '+': zoomIn,
  '=': zoomIn,
  '-': (view, fullRange) => view.zoomBy(2, fullRange),
  ArrowLeft: (view, fullRange) => view.move(-0.25, fullRange),
  ArrowRight: (view, fullRange) => view.move(0.25, fullRange),
  Escape: (view) => view.reset(),
};

/** Zooms or moves the charts; ignores keys with modifiers and those for a control or a dialog. */
export function handleChartKey(event: KeyboardEvent, view: ChartView, fullRange: AxisRange): void {
  const action = event.ctrlKey || event.metaKey || event.altKey || isForControl(event) ? undefined : actions[event.key];
  if (!action || (view.range === null && action !== zoomIn)) return;
  event.preventDefault();
  action(view, fullRange);
}
