/** A puzzle in Solve is damaged, judged and restored, with the built-in model. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CatalogStore } from '../../../../../renderer/app/catalog-store.svelte';
import { SolveState } from '../../../../../renderer/features/solve/solve.svelte';
import { clues, solution, tokens } from '../../../examples';
import { realCompute, type RealCompute } from '../../../real-compute';

let backend: RealCompute;
beforeAll(async () => void (backend = await realCompute([])));
afterAll(() => backend.close());

const puzzle = { address: 'sudoku-4x4/test/0', inputs: tokens(clues), labels: tokens(solution) };

test('damages the puzzle as it was before, says what the answer is, and restores it', async () => {
  const catalog = new CatalogStore(backend.compute);
  const solveState = new SolveState(backend.compute, catalog);
  await catalog.read();
  const model = catalog.model('sudoku-4x4')!;
  await solveState.open({ model, puzzle });
  const { damage } = solveState;
  expect([damage.current, damage.verdict]).toEqual([null, null]);

  await damage.apply('missing', 1);
  expect(damage.current?.changed).toHaveLength(1);
  await damage.apply('missing', 2);
  // Exactly as many clues as requested.
  expect(damage.current?.changed).toHaveLength(2);
  expect(solveState.puzzle?.inputs.filter((token) => token > 1)).toHaveLength(
    puzzle.inputs.filter((token) => token > 1).length - 2,
  );
  await vi.waitFor(() => expect(damage.verdict).toMatch(/^(recovered|consistent)$/u), { timeout: 15_000 });

  await damage.restore();
  expect(solveState.puzzle).toBe(puzzle);
  expect([damage.current, damage.verdict]).toEqual([null, null]);
  solveState.player.pause();
}, 60_000);
