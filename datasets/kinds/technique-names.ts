/** Names of solving techniques, and numbers of their uses. */
import { message, type Message } from '../../renderer/messages/message';
import { NEEDS_SEARCH, type Explanation, type Technique } from './puzzle-kind';

export const techniqueNames: Readonly<Record<Explanation['rating'], Message>> = {
  'naked single': message('kinds.technique.nakedSingle'),
  'hidden single': message('kinds.technique.hiddenSingle'),
  'locked candidates': message('kinds.technique.lockedCandidates'),
  'naked pair': message('kinds.technique.nakedPair'),
  'hidden pair': message('kinds.technique.hiddenPair'),
  'naked triple': message('kinds.technique.nakedTriple'),
  'hidden triple': message('kinds.technique.hiddenTriple'),
  'X-wing': message('kinds.technique.xWing'),
  [NEEDS_SEARCH]: message('kinds.technique.needsSearch'),
};

/** `9 naked singles` */
const counted: Readonly<Record<Technique, (count: number) => Message>> = {
  'naked single': (count) => message('kinds.techniqueCount.nakedSingle', { count }),
  'hidden single': (count) => message('kinds.techniqueCount.hiddenSingle', { count }),
  'locked candidates': (count) => message('kinds.techniqueCount.lockedCandidates', { count }),
  'naked pair': (count) => message('kinds.techniqueCount.nakedPair', { count }),
  'hidden pair': (count) => message('kinds.techniqueCount.hiddenPair', { count }),
  'naked triple': (count) => message('kinds.techniqueCount.nakedTriple', { count }),
  'hidden triple': (count) => message('kinds.techniqueCount.hiddenTriple', { count }),
  'X-wing': (count) => message('kinds.techniqueCount.xWing', { count }),
};

/** The number of uses of each technique, in the order in which they first appear. */
export function countTechniques(used: readonly Technique[]): Message[] {
  const counts = new Map<Technique, number>();
  for (const technique of used) counts.set(technique, (counts.get(technique) ?? 0) + 1);
  return [...counts].map(([technique, count]) => counted[technique](count));
}
