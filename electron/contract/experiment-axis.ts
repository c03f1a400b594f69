/** The horizontal axis of an experiment whose test has several points, and the heading of its column in tables. */
import { message, type Message } from '../../renderer/messages/message';
import type { ExperimentTest } from './experiments';

/** What the test varies; null where it varies nothing. */
export function describeAxis({ type }: ExperimentTest): Message | null {
  switch (type) {
    case 'final':
      return null;
    case 'steps':
      return message('experiments.axis.steps');
    case 'rollouts':
      return message('experiments.axis.rollouts');
    case 'damage':
      return message('experiments.axis.damage');
    case 'openCells':
      return message('experiments.axis.openCells');
    case 'confidence':
      return message('experiments.axis.confidence');
  }
}
