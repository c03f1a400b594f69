import { describe, expect, test, vi } from 'vitest';
import type { Output } from '../../../../electron/contract/contract';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { Demo } from '../../../../renderer/features/home/demo.svelte';
import { cannedLab, settled } from '../../canned-lab';
import { clues, model, solution, tokens, trace } from '../../examples';

vi.stubGlobal('requestAnimationFrame', () => 1);
vi.stubGlobal('cancelAnimationFrame', () => undefined);

type ModelDemos = Output<'listDemos'>[number];

const demo = (reason: 'manySteps' | 'fails', solvedAt: number | null): ModelDemos['demos'][number] => ({
  ...{ reason, solvedAt, changes: 3, standstill: 0 },
  inputs: tokens(clues),
  labels: tokens(solution),
});

async function open(demos: readonly ModelDemos[]) {
  const models = [model({ id: 'small', source: 'built-in' }), model({ id: 'large', source: 'built-in' })];
  const lab = cannedLab({ listModels: () => models, listDemos: () => [...demos], traceSolve: () => trace });
  const catalog = new CatalogStore(lab.compute);
  await settled();
  await catalog.readModels();
  const state = new Demo(lab.compute, catalog, { isReduced: false });
  const shownAfter = async (act: () => void) => {
    act();
    await vi.waitFor(() => expect(lab.inputs('traceSolve').length).toBeGreaterThan(traced));
    await vi.waitFor(() => expect(state.player.playback).not.toBeNull());
    await settled();
    traced = lab.inputs('traceSolve').length;
    const { model: id, steps } = lab.inputs('traceSolve').at(-1)!;
    return { model: id, steps, task: state.task, choice: state.choice };
  };
  let traced = 0;
  return { state, shownAfter };
}

describe('the puzzles on Home', () => {
  test('are those chosen for the built-in models, by turns, for as long as each needs', async () => {
    const { state, shownAfter } = await open([
      { model: 'large', position: 1, steps: 64, puzzles: 400, demos: [demo('manySteps', 20), demo('fails', null)] },
      { model: 'small', position: 2, steps: 8, puzzles: 100, demos: [demo('manySteps', 7)] },
    ]);
    const first = await shownAfter(() => state.enter());
    expect(first).toMatchObject({ model: 'large', steps: 22, choice: { reason: 'manySteps', puzzles: 400 } });
    expect(first.task).toMatchObject({ model: { id: 'large' }, puzzle: { inputs: tokens(clues) }, steps: 22 });
    const second = await shownAfter(() => state.next());
    expect(second).toMatchObject({ model: 'small', steps: 8, choice: { reason: 'manySteps', puzzles: 100 } });
    const third = await shownAfter(() => state.next());
    expect(third).toMatchObject({ model: 'large', steps: 32, choice: { reason: 'fails', puzzles: 400 } });
    await vi.waitFor(() => expect(state.model?.id).toBe('large'));
    expect(await shownAfter(() => state.next())).toMatchObject({ model: 'large', steps: 22 });
  });
});
