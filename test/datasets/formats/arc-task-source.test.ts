import { expect, test } from 'vitest';
import { countSharedTasks, createTaskSource, getTaskKind } from '../../../datasets/formats/arc-task-source';
import { findOverlap } from '../../../datasets/inspect';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';

const tasks = generateArcTasks(1).slice(0, 3);

test('tasks are compared by their pairs, whatever their names', () => {
  const renamed = tasks.slice(1).map((task) => ({ ...task, name: `${task.name}-copy` }));
  expect(countSharedTasks(tasks, renamed)).toBe(2);
  expect(countSharedTasks(renamed, tasks)).toBe(2);
  expect(countSharedTasks(tasks.slice(0, 1), renamed)).toBe(0);
});

test('a task without its solutions is the same task', () => {
  const unsolved = tasks.map((task) => ({ ...task, test: task.test.map((each) => ({ ...each, output: null })) }));
  expect(countSharedTasks(tasks, unsolved)).toBe(3);
});

test('every pair is a puzzle: examples for training, tests for evaluation', async () => {
  const source = createTaskSource({ tasks });
  const pairs = (part: 'train' | 'test') => tasks.reduce((sum, task) => sum + task[part].length, 0);
  expect(source.counts).toEqual({ train: pairs('train'), test: pairs('test') });
  const overlap = await findOverlap(source.kind, source.read('train'), createTaskSource({ tasks }).read('train'));
  expect(overlap.puzzles).toBe(pairs('train'));
});

test('tasks are placed on the canvas of the kind, if they fit there', async () => {
  const small = generateArcTasks(1, { rules: ['mirror'], examples: [3, 3], tests: [1, 1], maxSide: 10 });
  for await (const { inputs } of createTaskSource({ tasks: small }, getTaskKind('arc-10')).read('train'))
    expect(inputs).toHaveLength(100);
  expect(() => createTaskSource({ tasks: generateArcTasks(1) }, getTaskKind('arc-10'))).toThrow(
    'larger than the canvas of 10×10',
  );
  expect(getTaskKind().id).toBe('arc');
  expect(() => getTaskKind('maze-10')).toThrow('the puzzle type of ARC tasks must be one of arc-10, arc, got maze-10');
});
