/** What presenter mode can hide, in words, by the room where it is. */
import type { PresenterPart } from '../../../electron/contract/preferences';

export interface PartGroup {
  readonly title: string;
  readonly parts: readonly { readonly part: PresenterPart; readonly name: string }[];
}

export const partGroups: readonly PartGroup[] = [
  {
    title: 'Everywhere',
    parts: [
      { part: 'rail', name: 'the rail of rooms' },
      { part: 'facts', name: 'the line under the title' },
      { part: 'actions', name: 'the buttons beside the title' },
      { part: 'addresses', name: 'addresses of puzzles' },
      { part: 'exports', name: 'export buttons' },
    ],
  },
  {
    title: 'Home',
    parts: [
      { part: 'doors', name: 'the three doors' },
      { part: 'runs', name: 'recent trainings' },
      { part: 'machine', name: 'this machine' },
    ],
  },
  {
    title: 'Solve',
    parts: [
      { part: 'confidence', name: 'how sure each cell is' },
      { part: 'halting', name: 'halting' },
      { part: 'change', name: 'change of the latent' },
      { part: 'latent', name: 'path of the latent' },
      { part: 'attention', name: 'attention' },
      { part: 'account', name: 'the classical solver' },
    ],
  },
  {
    title: 'Train',
    parts: [
      { part: 'losses', name: 'losses and further charts' },
      { part: 'figures', name: 'figures beside the charts' },
    ],
  },
];
