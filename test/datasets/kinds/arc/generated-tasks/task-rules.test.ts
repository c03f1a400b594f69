import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashGrid } from '../../../../../datasets/kinds/arc/grid';
import {
  taskRules,
  generateArcTasks,
  createTask,
  type TaskRule,
} from '../../../../../datasets/kinds/arc/generated-tasks/task-rules';
import { readTasks } from '../../../../../datasets/kinds/arc/read-tasks';
import { isTaskName, requireTaskFits, writeTask } from '../../../../../datasets/kinds/arc/task';
import { Random } from '../../../../../datasets/random';
import { formatEnglish } from '../../../../../renderer/messages/english';
import { message } from '../../../../../renderer/messages/message';
import { anySeed, grid, rowsOf } from '../examples';

const rules = taskRules.map((rule) => ({ id: rule.id, rule }));

describe.each(rules)('the rule $id', ({ rule }) => {
  test('makes valid tasks from every seed, the same ones for the same seed', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const task = createTask(rule, seed);
        expect(readTasks({ file: `${rule.id}.json`, text: writeTask(task) })).toEqual([task]);
        expect(createTask(rule, seed)).toEqual(task);
      }),
      { numRuns: 40 },
    );
  });

  test('makes 3 or 4 examples and 1 or 2 distinct questions, and changes every grid', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { train, test: tests } = createTask(rule, seed);
        expect([3, 4]).toContain(train.length);
        expect([1, 2]).toContain(tests.length);
        const pairs = [...train, ...tests].map(({ input, output }) => [hashGrid(input), output && hashGrid(output)]);
        expect(new Set(pairs.map(([input]) => input)).size).toBe(pairs.length);
        for (const [input, output] of pairs) expect(output).not.toBe(input);
      }),
      { numRuns: 40 },
    );
  });

  test('does not change the question', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const random = Random.seeded(seed);
        const program = rule.begin(random);
        const question = program.question(random);
        const before = hashGrid(question);
        program.answer(question);
        expect(hashGrid(question)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });

  test('has a message of one sentence, and makes different tasks from different seeds', () => {
    expect(formatEnglish(rule.message)).toMatch(/^[A-Z][^\n.]+\.$/u);
    expect(createTask(rule, 1)).not.toEqual(createTask(rule, 2));
  });
});

test('rules have unique ids that are valid task names', () => {
  expect(taskRules.length).toBeGreaterThanOrEqual(20);
  expect(new Set(taskRules.map(({ id }) => id)).size).toBe(taskRules.length);
  expect(taskRules.every(({ id }) => isTaskName(id))).toBe(true);
  expect(generateArcTasks(7).map(({ name }) => name)).toEqual(taskRules.map(({ id }) => id));
});

test('a plan chooses the rules, the numbers of pairs and the largest side', () => {
  const plan = { rules: ['gravity', 'mirror'], examples: [6, 6], tests: [3, 3], maxSide: 7 } as const;
  const tasks = generateArcTasks(1, plan);
  expect(tasks.map(({ name, train, test: tests }) => [name, train.length, tests.length])).toEqual([
    ['gravity', 6, 3],
    ['mirror', 6, 3],
  ]);
  for (const task of tasks) expect(() => requireTaskFits(task, 7)).not.toThrow();
  expect(() => generateArcTasks(1, { ...plan, rules: ['magic'] })).toThrow('no rule for tasks is named magic');
});

test('createTask rejects a rule with too few questions', () => {
  const fixedRule: TaskRule = {
    id: 'still',
    message: message('kinds.rule.tile'),
    begin: () => ({ question: () => grid('1'), answer: (question) => question }),
  };
  expect(() => createTask(fixedRule, 1)).toThrow('still has too few different questions');
});

/** The answer of a rule, for examples that do not depend on its random choices. */
const answerOf = (id: string, ...rows: string[]) =>
  rowsOf(
    taskRules
      .find((rule) => rule.id === id)!
      .begin(Random.seeded(1))
      .answer(grid(...rows)),
  );

test.each([
  ['gravity', ['102', '030', '000'], ['000', '000', '132']],
  ['sort-towers', ['030', '031', '231'], ['003', '013', '213']],
  ['bar-chart', ['1203', '0220'], ['222', '100', '300']],
  ['most-frequent', ['1203', '0220'], ['222', '222', '222']],
  ['extend-pattern', ['1212000', '1212000'], ['1212121', '1212121']],
  ['crop-largest', ['11000', '01022', '11000'], ['11', '01', '11']],
  ['turn-object', ['0000', '0120', '0340'], ['0000', '0430', '0210']],
] as const)('%s gives the expected answer', (id, question, answer) => {
  expect(answerOf(id, ...question)).toEqual(answer);
});
