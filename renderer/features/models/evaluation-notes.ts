/** What an accuracy is of: the sample of the puzzles, how many of them where it was cancelled, and why its interval is too narrow, where it is. */
import type { Accuracy } from '../../../electron/contract/contract';
import { t } from '../../messages/language.svelte';

/** Sentences that belong next to an accuracy; none where all puzzles were evaluated and they are of enough groups. */
export const describeSampling = (accuracy: Accuracy): string[] => [
  ...describeCancelled(accuracy),
  ...describeSample(accuracy),
  ...describeFewGroups(accuracy),
];

function describeCancelled({ count, cancelled }: Accuracy): string[] {
  if (!cancelled) return [];
  const { planned } = cancelled;
  return [
    planned === null ? t('models.evaluate.cancelled', { count }) : t('models.evaluate.cancelledOf', { count, planned }),
  ];
}

function describeSample({ count: evaluated, sample, cancelled }: Accuracy): string[] {
  if (!sample) return [];
  const count = cancelled?.planned ?? evaluated;
  const { of, seed, isStratified } = sample;
  if (seed === null) return [t('models.evaluate.firstOf', { count, of, groups: isStratified ? 'yes' : 'no' })];
  return [t('models.evaluate.sampleOf', { count, of, stratified: isStratified ? 'yes' : 'no', seed: String(seed) })];
}

const describeFewGroups = ({ fewGroups }: Accuracy): string[] =>
  fewGroups ? [t('models.evaluate.fewGroups', fewGroups)] : [];
