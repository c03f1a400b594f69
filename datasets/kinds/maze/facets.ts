/** What mazes are told apart by. */
import { countOf, type FacetSpec } from '../../facets';
import { GOAL, PATH, START, WALL } from './board';

const onPath = countOf([START, PATH, GOAL]);
const walls = countOf([WALL]);

/** Both ends of the path count. It is the answer's: a search in each of a million mazes would take minutes. */
export const mazeFacets: readonly FacetSpec[] = [
  { id: 'path', name: 'Path length', unit: 'cells', isRating: true, of: ({ labels }) => onPath(labels) },
  { id: 'walls', name: 'Walls', unit: 'cells', of: ({ inputs }) => walls(inputs) },
];
