/** What an edit did to the answer, in a sentence. */
import type { Journey } from '../player/solve-trace';
import { counted } from '../../../lib/format';

/** @param options.changed cells that the model now answers differently at the end */
export function effectWords(
  { answers, labelled }: Journey,
  { changed, isRuled }: { readonly changed: number; readonly isRuled: boolean },
): string {
  const last = answers.at(-1);
  if (!last) return '';
  const worth =
    last.right !== null
      ? `${last.right} of ${labelled} cells right`
      : last.solved
        ? 'a legal answer'
        : isRuled
          ? 'no legal answer'
          : null;
  const difference = `${counted(changed, 'cell')} changed.`;
  if (worth === null) return `${difference.charAt(0).toUpperCase()}${difference.slice(1)}`;
  return `${last.solved ? '✓ ' : ''}${worth}; ${difference}`;
}
