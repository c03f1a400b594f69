/** Says what an accuracy is of; shared by the window and the command line. */
import { message, type Message } from '../../renderer/messages/message';
import type { Accuracy } from './contract';

/** How many puzzles a cancelled evaluation has, how they were drawn, and why the interval is too narrow, where that is so. */
export const describeSampling = (accuracy: Accuracy): Message[] => [
  ...describeCancelled(accuracy),
  ...describeSample(accuracy),
  ...(accuracy.fewGroups ? [message('models.evaluate.fewGroups', accuracy.fewGroups)] : []),
];

function describeCancelled({ count, cancelled }: Accuracy): Message[] {
  if (!cancelled) return [];
  const { planned } = cancelled;
  return [
    planned === null
      ? message('models.evaluate.cancelled', { count })
      : message('models.evaluate.cancelledOf', { count, planned }),
  ];
}

function describeSample({ count: evaluated, sample, cancelled }: Accuracy): Message[] {
  if (!sample) return [];
  const count = cancelled?.planned ?? evaluated;
  const { of, seed, isStratified } = sample;
  if (seed === null) return [message('models.evaluate.firstOf', { count, of, groups: isStratified ? 'yes' : 'no' })];
  const stratified = isStratified ? 'yes' : 'no';
  return [message('models.evaluate.sampleOf', { count, of, stratified, seed: String(seed) })];
}
