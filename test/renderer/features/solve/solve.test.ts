import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { typedAddress } from '../../../../renderer/features/solve/puzzle/load-puzzle';
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
afterEach(() => solveState.player.pause());

let solveState: SolveState;
let catalog: CatalogStore;
const puzzle = { address: 'sudoku-4x4/test/0', inputs: tokens(clues), labels: tokens(solution) };
const waiting = { timeout: 15_000 };

/** A room with a model in it, solveState the puzzle. */
async function opened(id = 'sudoku-4x4'): Promise<void> {
  catalog = new CatalogStore(real.compute);
  solveState = new SolveState(real.compute, catalog);
  await catalog.read();
  const model = catalog.model(id);
  if (!model) throw new Error(`there is no ${id}`);
  await solveState.open(id === 'sudoku-4x4' || id === 'other' ? { model, puzzle } : { model });
}

describe('entering', () => {
  test('opens a held-out puzzle of the first model', async () => {
    catalog = new CatalogStore(real.compute);
    solveState = new SolveState(real.compute, catalog);
    await catalog.read();
    solveState.enter();
    await vi.waitFor(() => expect(solveState.player.playback).not.toBeNull(), waiting);
    expect(solveState.puzzle?.address).toMatch(/^sudoku-4x4\/test\/\d+$/u);
    expect(solveState.player.playing).toBe(true);
  });

  test('chooses another model where the one that answered is gone, and says so', async () => {
    await opened('other');
    await rm(join(real.folder, 'models', 'other'), { recursive: true });
    await catalog.readModels();
    solveState.enter();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.model).toBe('sudoku-4x4'), waiting);
    expect(solveState.notification).toBe('Other is no longer available. Sudoku 4×4 · Classroom is used instead.');
    expect(solveState.puzzle).toEqual(puzzle);
  });
});

describe('a solve', () => {
  test('brings its path, its operations and its first right answer', async () => {
    await opened();
    const { playback, firstCorrect } = solveState.player;
    expect(playback?.trace.path?.points).toHaveLength(playback?.frames.length ?? -1);
    expect(playback?.trace.flop).toBeGreaterThan(1e6);
    expect(firstCorrect?.stayed).toBe(true);
    solveState.player.toFirstCorrect();
    expect(solveState.player.answer?.solved).toBe(true);
  });

  test('ends where the model would stop when that is asked for', async () => {
    await opened();
    const whole = solveState.player.playback?.trace;
    solveState.setStopAtHalt(true);
    await vi.waitFor(
      () => expect(solveState.player.playback?.trace.steps).toHaveLength(whole?.haltStep ?? -1),
      waiting,
    );
    solveState.setStopAtHalt(false);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.steps).toHaveLength(8), waiting);
  });

  test('that takes long tells how far it is, and can be ended', async () => {
    const whole = opened('slow');
    await vi.waitFor(
      () =>
        expect(solveState.traceRequest.isSlow && solveState.traceRequest.message).toMatch(
          /^Supervision step \d+ of 40$/u,
        ),
      waiting,
    );
    solveState.cancel();
    await whole;
    expect([
      solveState.cancelled,
      solveState.traceRequest.isBusy,
      solveState.failure,
      solveState.player.playback,
    ]).toEqual([true, false, null, null]);
    expect(solveState.puzzle?.address).toMatch(/^maze-15\/new\/any\/\d+$/u);
  });

  test('by a model of other puzzles draws one of its own', async () => {
    await opened();
    solveState.selectModel('queens');
    await vi.waitFor(() => expect(solveState.player.playback?.trace.model).toBe('queens'), waiting);
    expect(solveState.puzzle?.address).toMatch(/^queens-5\/new\/any\/\d+$/u);
  });
});

describe('editing', () => {
  test('solves what was typed, against its one solution', async () => {
    await opened();
    solveState.edit();
    solveState.draft?.setText('....1..3..2.4...');
    solveState.solveDraft();
    await vi.waitFor(() => expect(solveState.player.playback).not.toBeNull(), waiting);
    expect(solveState.puzzle?.address).toBe(typedAddress);
    expect(solveState.player.playback?.labelCount).toBe(solveState.puzzle?.labels[0] === 0 ? 0 : 16);
  });

  test('follows every edit when asked to, asks once for several, and says what changed', async () => {
    await opened();
    solveState.edit();
    solveState.setLive(true);
    await vi.waitFor(() => expect(solveState.traceRequest.isBusy).toBe(false), waiting);
    const before = real.asked.length;
    const { draft } = solveState;
    draft?.setCell(0, 3);
    draft?.setCell(0, kind.blank);
    draft?.setCell(0, 5);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs[0]).toBe(5), waiting);
    expect(real.asked.length - before).toBe(1);
    expect(solveState.changedCells).toContain(0);
    expect(solveState.player.atEnd).toBe(true);
    expect(solveState.draft).toBe(draft);
  });

  test('keeps what was left unsolved, and goes on with it', async () => {
    await opened();
    solveState.edit();
    solveState.draft?.setCell(1, 4);
    solveState.stopEditing();
    solveState.edit();
    expect(solveState.draft?.tokens[1]).toBe(4);
  });

  test('puts another puzzle on top of what was left; undo brings it back', async () => {
    await opened();
    solveState.edit();
    solveState.draft?.setCell(1, 4);
    const left = solveState.draft?.tokens;
    const model = catalog.model('sudoku-4x4');
    if (model) await solveState.open({ model, puzzle: { ...puzzle, inputs: tokens('............1234') } });
    solveState.edit();
    expect(solveState.draft?.text).toBe('............1234');
    solveState.draft?.undo();
    expect(solveState.draft?.tokens).toEqual(left);
  });

  test('shows the puzzle’s own answer again when it is left', async () => {
    await opened();
    solveState.edit();
    solveState.setLive(true);
    solveState.draft?.setCell(1, 5);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs[1]).toBe(5), waiting);
    solveState.stopEditing();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs).toEqual(puzzle.inputs), waiting);
  });

  test('takes pasted text, and says why it cannot be read', async () => {
    await opened();
    solveState.paste('1234\n3412\n2143\n....');
    expect(solveState.draft?.clues).toBe(12);
    solveState.paste('a poem');
    expect(solveState.draft?.textError).toMatch(/expected 16 cells, got 5\.$/u);
    expect(solveState.draft?.clues).toBe(12);
  });
});

describe('choosing a puzzle', () => {
  test('reads it by its number or its address, and refuses what there is not', async () => {
    await opened();
    const { picker } = solveState;
    picker.show();
    expect([picker.selectedDataset?.id, picker.split, picker.index]).toEqual(['sudoku-4x4', 'test', 0]);
    await picker.solveAddress('sudoku-4x4/train/17');
    expect(solveState.puzzle?.address).toBe('sudoku-4x4/train/17');
    await picker.solveAddress('chess/test/1');
    expect(picker.failure).toBe('The selected model cannot solve puzzles of chess.');
    await picker.solveAddress('sudoku-4x4/train/99999');
    expect(picker.failure).toBe('sudoku-4x4/train has 282 puzzles, counted from 0: there is no puzzle 99,999.');
    await picker.solveAddress('somewhere');
    expect(picker.failure).toMatch(/^“somewhere” is not a puzzle address. Example: sudoku-4x4\/test\/17$/u);
    expect(solveState.puzzle?.address).toBe('sudoku-4x4/train/17');
  });

  test('makes the same new one for the same seed', async () => {
    await opened('queens');
    const { picker, kind: queens } = solveState;
    if (!queens) throw new Error('no kind');
    picker.seed = 5;
    await picker.generate(queens);
    const first = solveState.puzzle;
    await picker.generateRandom(queens);
    picker.seed = 5;
    await picker.generate(queens);
    expect(solveState.puzzle).toEqual(first);
    expect(first?.address).toBe('queens-5/new/any/5');
  });
});

describe('attention', () => {
  test('is asked for once for each head and cell, and shown for every update', async () => {
    await opened('queens');
    const { attention, player } = solveState;
    const trace = player.playback?.trace;
    if (!trace) throw new Error('nothing solved');
    await attention.show(trace, 7);
    expect(attention.cell).toBe(7);
    for (const index of [0, 4, (player.playback?.frames.length ?? 1) - 1]) {
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
    const trace = solveState.player.playback?.trace;
    const before = real.asked.length;
    if (trace) await solveState.attention.show(trace, 3);
    expect(trace?.heads).toBe(0);
    expect(real.asked.length).toBe(before);
  });
});
