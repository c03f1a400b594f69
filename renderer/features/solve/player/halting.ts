/** What the halting logit of an answer means: the model decides only at the end of a supervision step, and halts once. */
import { formatSigned } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';
import type { DecodedAnswer, SolvePlayback } from './solve-playback';

type Halted = Pick<SolvePlayback, 'hCycles'> & { readonly trace: Pick<SolvePlayback['trace'], 'haltStep'> };

/** Whether the model would have halted before this supervision step. @param step from 0 */
export const isBeyondHalt = ({ trace: { haltStep } }: Halted, step: number): boolean =>
  haltStep !== null && step >= haltStep;

/** The halting logit of an answer in words. */
export function describeHalting(
  playback: Halted,
  { step, cycle, qHalt }: Pick<DecodedAnswer, 'step' | 'cycle' | 'qHalt'>,
): string {
  const q = formatSigned(qHalt);
  const { haltStep } = playback.trace;
  if (haltStep !== null && isBeyondHalt(playback, step)) return t('solve.halting.beyond', { q, step: haltStep });
  if (cycle + 1 < playback.hCycles) return t('solve.halting.undecided', { q });
  return t(step + 1 === haltStep ? 'solve.halting.halts' : 'solve.halting.continues', { q });
}
