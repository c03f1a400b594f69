/** Figures that others have published, as experiments show them beside their own results. */
import { message, type Text } from '../../../renderer/messages/message';
import type { Published } from '../../contract/experiments';

/** A condition and its exact accuracy. */
export type PaperFigure = readonly [label: Text, exactAccuracy: number];

/** The ablations of the TRM paper. The figures were taken from a summary of the paper. */
export const trmAblation = ([label, exactAccuracy]: PaperFigure): Published => ({
  label,
  exactAccuracy,
  protocol: message('experiments.protocol.trmAblation'),
  source: {
    title: 'Less is More: Recursive Reasoning with Tiny Networks (arXiv 2510.04871)',
    url: 'https://arxiv.org/abs/2510.04871',
  },
  readOn: '2026-11-30',
  isSecondHand: true,
});
