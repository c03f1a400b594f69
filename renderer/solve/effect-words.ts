/** What an edit did to the answer, in a sentence. */
import type { Journey } from '../trace/journey';
import { counted } from '../words';

/** @param changed cells that the model now answers differently at the end */
export function effectWords({ answers, labelled }: Journey, changed: number): string {
  const last = answers.at(-1);
  if (!last) return '';
  const worth = last.right !== null ? `${last.right} of ${labelled} cells right` : last.solved ? 'a legal answer' : 'no legal answer';
  return `${last.solved ? '✓ ' : ''}${worth}; ${counted(changed, 'cell')} changed.`;
}
