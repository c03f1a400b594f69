import { cp, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { Random } from '../../../../datasets/random';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { Solvers } from '../../../../electron/compute/models/solvers';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { Solver } from '../../../../models/solve/solve';
import { writeUntrainedModel } from '../../../e2e/untrained-models';
import { freshFolder, builtInModels } from '../opened-service';

let dataFolder: string;
let userFolder: string;
let library: ModelLibrary;
let solvers: Solvers;
beforeEach(async () => {
  dataFolder = await freshFolder();
  userFolder = join(dataFolder, 'models');
  library = new ModelLibrary({ builtIn: builtInModels, user: userFolder });
  solvers = new Solvers(library);
});
afterEach(() => rm(dataFolder, { recursive: true }));

const readBuiltIn = (): ReturnType<typeof readModel> => readModel(join(builtInModels, 'sudoku-4x4'));
const copy = (id: string): Promise<void> =>
  cp(join(builtInModels, 'sudoku-4x4'), join(userFolder, id), { recursive: true });
const puzzle = [1, 1, 1, 1, 2, 3, 4, 5, 1, 1, 1, 1, 1, 1, 1, 1];

test('trace() uses the new weights after a model is saved again', async () => {
  const model = await readBuiltIn();
  await library.save('mine', model);
  const before = await solvers.trace({ model: 'mine', inputs: puzzle });
  await library.save('mine', {
    ...model,
    state: { ...model.state, params: model.state.params.map((value) => -value) },
  });
  const after = await solvers.trace({ model: 'mine', inputs: puzzle });
  expect(after.steps[7]!.qHalt).not.toBe(before.steps[7]!.qHalt);
});

test('trace() names the damaged file and works again once it is replaced', async () => {
  await copy('mine');
  await truncate(join(userFolder, 'mine', 'model.safetensors'), 1000);
  await expect(solvers.trace({ model: 'mine', inputs: puzzle })).rejects.toThrow(/^model\.safetensors: [^\n]+$/);
  await copy('mine');
  expect((await solvers.trace({ model: 'mine', inputs: puzzle })).steps).toHaveLength(8);
});

test('trace() handles concurrent requests for several models', async () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(many.map(copy));
  const answers = await Promise.all([...many, ...many].map((id) => solvers.trace({ model: id, inputs: puzzle })));
  for (const { steps } of answers) expect(steps).toEqual(answers[0]!.steps);
});

test('the session of a replaced model is released after the solves that use it', async () => {
  const release = vi.spyOn(Solver.prototype, 'release');
  await copy('mine');
  const solve = solvers.trace({ model: 'mine', inputs: puzzle });
  await library.getUserFolder('mine');
  expect(release).not.toHaveBeenCalled();
  expect((await solve).steps).toHaveLength(8);
  await vi.waitFor(() => expect(release).toHaveBeenCalledOnce());
  release.mockRestore();
});

describe('a model that reads every size', () => {
  const maze = (side: number) => [...getKind(`maze-${side}`).generator!.generate(Random.seeded(1)).inputs];
  beforeEach(() =>
    writeUntrainedModel(dataFolder, {
      id: 'mazes',
      name: 'Mazes',
      kind: 'maze-7',
      config: { family: 'convolutional', posEncodings: 'none', haltMaxSteps: 2 },
    }),
  );

  test('solves puzzles of several sizes', async () => {
    for (const side of [7, 12, 7]) {
      const { steps } = await solvers.trace({ model: 'mazes', inputs: maze(side) });
      expect(steps.at(-1)!.cycles.at(-1)!.answer).toHaveLength(side * side);
    }
  });

  test('refuses rollouts of a size that its puzzles cannot have', async () => {
    const rollouts = { count: 2, noise: 0.1, seed: 1, pick: 'rules' } as const;
    const inputs = Array<number>(4).fill(1);
    await expect(solvers.rollouts({ model: 'mazes', inputs, rollouts })).rejects.toMatchObject({
      text: { id: 'models.fit.wrongLength' },
    });
  });

  test('checks the rollouts of another size by its rules', async () => {
    const rollouts = { count: 2, noise: 0.1, seed: 1, pick: 'rules' } as const;
    const { attempts, picked } = await solvers.rollouts({ model: 'mazes', inputs: maze(9), rollouts });
    expect([attempts.length, attempts[0]![0]!.cycles[0]!.answer.length, picked]).toEqual([2, 81, null]);
  });

  test('refuses grids that have no such shape', async () => {
    const inputs = [...maze(7), 1];
    await expect(solvers.trace({ model: 'mazes', inputs })).rejects.toThrow(/49 cells/u);
  });

  test('is listed as such', async () => {
    const models = await library.list();
    const flags = models.map(({ id, readsEverySize }) => [id, readsEverySize]);
    expect(flags).toEqual(
      expect.arrayContaining([
        ['mazes', true],
        ['sudoku-4x4', false],
      ]),
    );
  });
});
