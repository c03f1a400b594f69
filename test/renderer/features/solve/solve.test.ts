import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { typedAddress } from '../../../../renderer/features/solve/puzzle/puzzle-source';
import { SolveState } from '../../../../renderer/features/solve/solve.svelte';
import { clues, kind, solution, tokens } from '../../examples';
import { realCompute, type RealCompute } from '../../real-compute';

let real: RealCompute;
beforeAll(async () => {
  real = await realCompute([
    { id: 'other', name: 'Other', kind: 'sudoku-4x4' },
    { id: 'queens', name: 'Queens', kind: 'queens-5' },
    { id: 'slow', name: 'Slow', kind: 'maze-15', config: { hiddenSize: 128, haltMaxSteps: 40, lCycles: 6 } },
  ]);
});
afterAll(() => real.close());
afterEach(() => solving.player.pause());

let solving: SolveState;
let catalog: CatalogStore;
const puzzle = { address: 'sudoku-4x4/test/0', inputs: tokens(clues), labels: tokens(solution) };
const waiting = { timeout: 15_000 };

/** A room with a model in it, solving the puzzle. */
async function opened(id = 'sudoku-4x4'): Promise<void> {
  catalog = new CatalogStore(real.compute);
  solving = new SolveState(real.compute, catalog);
  await catalog.read();
  const model = catalog.model(id);
  if (!model) throw new Error(`there is no ${id}`);
  await solving.open(id === 'sudoku-4x4' || id === 'other' ? { model, puzzle } : { model });
}

describe('entering', () => {
  test('opens a held-out puzzle of the first model', async () => {
    catalog = new CatalogStore(real.compute);
    solving = new SolveState(real.compute, catalog);
    await catalog.read();
    solving.enter();
    await vi.waitFor(() => expect(solving.player.solveTrace).not.toBeNull(), waiting);
    expect(solving.puzzle?.address).toMatch(/^sudoku-4x4\/test\/\d+$/u);
    expect(solving.player.playing).toBe(true);
  });

  test('chooses another model where the one that answered is gone, and says so', async () => {
    await opened('other');
    await rm(join(real.folder, 'models', 'other'), { recursive: true });
    await catalog.readModels();
    solving.enter();
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.model).toBe('sudoku-4x4'), waiting);
    expect(solving.notification).toBe('Other is not here any more; Sudoku 4×4 · Classroom answers now.');
    expect(solving.puzzle).toEqual(puzzle);
  });
});

describe('a solve', () => {
  test('brings its path, its operations and its first right answer', async () => {
    await opened();
    const { solveTrace, firstCorrect } = solving.player;
    expect(solveTrace?.trace.path?.points).toHaveLength(solveTrace?.frames.length ?? -1);
    expect(solveTrace?.trace.flop).toBeGreaterThan(1e6);
    expect(firstCorrect?.description).toBe('stayed right');
    solving.player.toFirstCorrect();
    expect(solving.player.answer?.solved).toBe(true);
  });

  test('ends where the model would stop when that is asked for', async () => {
    await opened();
    const whole = solving.player.solveTrace?.trace;
    solving.setStopAtHalt(true);
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.steps).toHaveLength(whole?.haltStep ?? -1), waiting);
    solving.setStopAtHalt(false);
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.steps).toHaveLength(8), waiting);
  });

  test('that takes long tells how far it is, and can be ended', async () => {
    const whole = opened('slow');
    await vi.waitFor(
      () =>
        expect(solving.traceRequest.isSlow && solving.traceRequest.message).toMatch(/^supervision step \d+ of 40$/u),
      waiting,
    );
    solving.cancel();
    await whole;
    expect([solving.cancelled, solving.traceRequest.isBusy, solving.failure, solving.player.solveTrace]).toEqual([
      true,
      false,
      null,
      null,
    ]);
    expect(solving.puzzle?.address).toMatch(/^maze-15\/new\/any\/\d+$/u);
  });

  test('by a model of other puzzles draws one of its own', async () => {
    await opened();
    solving.chooseModel('queens');
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.model).toBe('queens'), waiting);
    expect(solving.puzzle?.address).toMatch(/^queens-5\/new\/any\/\d+$/u);
  });
});

describe('editing', () => {
  test('solves what was typed, against its one solution', async () => {
    await opened();
    solving.edit();
    solving.draft?.setText('....1..3..2.4...');
    solving.solveDraft();
    await vi.waitFor(() => expect(solving.player.solveTrace).not.toBeNull(), waiting);
    expect(solving.puzzle?.address).toBe(typedAddress);
    expect(solving.player.solveTrace?.labelled).toBe(solving.puzzle?.labels[0] === 0 ? 0 : 16);
  });

  test('follows every edit when asked to, asks once for several, and says what changed', async () => {
    await opened();
    solving.edit();
    solving.setLive(true);
    await vi.waitFor(() => expect(solving.traceRequest.isBusy).toBe(false), waiting);
    const before = real.asked.length;
    const { draft } = solving;
    draft?.setCell(0, 3);
    draft?.setCell(0, kind.blank);
    draft?.setCell(0, 5);
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.inputs[0]).toBe(5), waiting);
    expect(real.asked.length - before).toBe(1);
    expect(solving.changedCells).toContain(0);
    expect(solving.player.atEnd).toBe(true);
    expect(solving.draft).toBe(draft);
  });

  test('keeps what was left unsolved, and goes on with it', async () => {
    await opened();
    solving.edit();
    solving.draft?.setCell(1, 4);
    solving.stopEditing();
    solving.edit();
    expect(solving.draft?.tokens[1]).toBe(4);
  });

  test('puts another puzzle on top of what was left; undo brings it back', async () => {
    await opened();
    solving.edit();
    solving.draft?.setCell(1, 4);
    const left = solving.draft?.tokens;
    const model = catalog.model('sudoku-4x4');
    if (model) await solving.open({ model, puzzle: { ...puzzle, inputs: tokens('............1234') } });
    solving.edit();
    expect(solving.draft?.text).toBe('............1234');
    solving.draft?.undo();
    expect(solving.draft?.tokens).toEqual(left);
  });

  test('shows the puzzle’s own answer again when it is left', async () => {
    await opened();
    solving.edit();
    solving.setLive(true);
    solving.draft?.setCell(1, 5);
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.inputs[1]).toBe(5), waiting);
    solving.stopEditing();
    await vi.waitFor(() => expect(solving.player.solveTrace?.trace.inputs).toEqual(puzzle.inputs), waiting);
  });

  test('takes pasted text, and says why it cannot be read', async () => {
    await opened();
    solving.paste('1234\n3412\n2143\n....');
    expect(solving.draft?.clues).toBe(12);
    solving.paste('a poem');
    expect(solving.draft?.textError).toMatch(/^Expected 16 cells, came 5\.$/u);
    expect(solving.draft?.clues).toBe(12);
  });
});

describe('choosing a puzzle', () => {
  test('reads it by its number or its address, and refuses what there is not', async () => {
    await opened();
    const { picker } = solving;
    picker.show();
    expect([picker.current?.id, picker.split, picker.index]).toEqual(['sudoku-4x4', 'test', 0]);
    await picker.solveAddress('sudoku-4x4/train/17');
    expect(solving.puzzle?.address).toBe('sudoku-4x4/train/17');
    await picker.solveAddress('chess/test/1');
    expect(picker.failure).toBe('The model chosen reads no puzzles of chess.');
    await picker.solveAddress('sudoku-4x4/train/99999');
    expect(picker.failure).toBe('sudoku-4x4/train has 282 puzzles, counted from 0: there is no 99999.');
    await picker.solveAddress('somewhere');
    expect(picker.failure).toMatch(/^"somewhere" is no address of a puzzle; they look like sudoku-4x4\/test\/17\.$/u);
    expect(solving.puzzle?.address).toBe('sudoku-4x4/train/17');
  });

  test('makes the same new one for the same seed', async () => {
    await opened('queens');
    const { picker, kind: queens } = solving;
    if (!queens) throw new Error('no kind');
    picker.seed = 5;
    await picker.generate(queens);
    const first = solving.puzzle;
    await picker.generateRandom(queens);
    picker.seed = 5;
    await picker.generate(queens);
    expect(solving.puzzle).toEqual(first);
    expect(first?.address).toBe('queens-5/new/any/5');
  });
});

describe('attention', () => {
  test('is asked for once for each head and cell, and shown for every update', async () => {
    await opened('queens');
    const { attention, player } = solving;
    const trace = player.solveTrace?.trace;
    if (!trace) throw new Error('nothing solved');
    await attention.show(trace, 7);
    expect(attention.cell).toBe(7);
    for (const index of [0, 4, (player.solveTrace?.frames.length ?? 1) - 1]) {
      expect(attention.blocksAt(index)).toBe(2);
      expect(attention.rowAt(index)?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
    const before = real.asked.length;
    await attention.show(trace, 8);
    await attention.show(trace, 7);
    expect(real.asked.length - before).toBe(1);
    await attention.show(trace, null);
    expect([attention.cell, attention.rowAt(0)]).toEqual([null, null]);
  });

  test('is not asked of a model that has none', async () => {
    await opened();
    const trace = solving.player.solveTrace?.trace;
    const before = real.asked.length;
    if (trace) await solving.attention.show(trace, 3);
    expect(trace?.heads).toBe(0);
    expect(real.asked.length).toBe(before);
  });
});
