import { expect, test } from 'vitest';
import { actionsFor, obviousAction } from '../../../renderer/app/drop/drop-actions';

test.each([
  ['week-3.labrun', ['run']],
  ['model.SAFETENSORS', ['model']],
  ['puzzles.csv', ['dataset']],
  ['puzzles.tab', ['dataset']],
  ['puzzles.sdm', ['dataset']],
  ['puzzles.JSONL', ['dataset']],
  ['puzzles.ndjson', ['dataset']],
  ['inputs.npy', ['dataset']],
  ['today.non', ['dataset', 'solve']],
  ['tasks.json', ['dataset', 'solve']],
  ['today.txt', ['dataset', 'solve']],
  ['step_1000', ['dataset', 'model', 'run']],
])('%s can be: %j', (name, actions) => expect(actionsFor(name)).toEqual(actions));

test.each([
  ['week-3.labrun', 'home', 'run'],
  ['today.txt', 'solve', 'solve'],
  ['today.txt', 'datasets', 'dataset'],
  ['today.txt', 'home', null],
  ['step_1000', 'models', 'model'],
  ['step_1000', 'solve', null],
])('%s dropped on %s: %s', (name, view, action) => expect(obviousAction(name, view)).toBe(action));
