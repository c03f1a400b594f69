import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { Random } from '../../../../datasets/random';
import { CatalogStore } from '../../../../renderer/app/catalog-store.svelte';
import { typedAddress } from '../../../../renderer/features/solve/puzzle/load-puzzle';
import { describePick } from '../../../../renderer/features/solve/rollouts/attempts.svelte';
import { SolveState } from '../../../../renderer/features/solve/solve.svelte';
import { clues, kind, solution, tokens } from '../../examples';
import { realCompute, type RealCompute } from '../../real-compute';

let backend: RealCompute;
beforeAll(async () => {
  backend = await realCompute([
    { id: 'other', name: 'Other', kind: 'sudoku-4x4' },
    { id: 'untrained', name: 'Untrained', kind: 'sudoku-4x4' },
    { id: 'queens', name: 'Queens', kind: 'queens-5' },
    {
      id: 'mazes',
      name: 'Mazes',
      kind: 'maze-7',
      config: { family: 'convolutional', posEncodings: 'none', haltMaxSteps: 2 },
    },
    { id: 'slow', name: 'Slow', kind: 'maze-15', config: { hiddenSize: 128, haltMaxSteps: 40, lCycles: 6 } },
  ]);
});
afterAll(() => backend.close());
afterEach(() => solveState.player.pause());

let solveState: SolveState;
let catalog: CatalogStore;
const puzzle = { address: 'sudoku-4x4/test/0', inputs: tokens(clues), labels: tokens(solution) };
const waitOptions = { timeout: 15_000 };

/** Opens the model with an example puzzle. */
async function openModel(id = 'sudoku-4x4'): Promise<void> {
  catalog = new CatalogStore(backend.compute);
  solveState = new SolveState(backend.compute, catalog);
  await catalog.read();
  const model = catalog.model(id);
  if (!model) throw new Error(`there is no ${id}`);
  await solveState.open(['sudoku-4x4', 'other', 'untrained'].includes(id) ? { model, puzzle } : { model });
}

describe('enter', () => {
  test('opens a test puzzle of the first model', async () => {
    catalog = new CatalogStore(backend.compute);
    solveState = new SolveState(backend.compute, catalog);
    await catalog.read();
    solveState.enter();
    await vi.waitFor(() => expect(solveState.player.playback).not.toBeNull(), waitOptions);
    expect(solveState.puzzle?.address).toMatch(/^sudoku-4x4\/test\/\d+$/u);
    expect(solveState.player.playing).toBe(true);
  });

  test('uses another model when the last one is gone, and notifies', async () => {
    await openModel('other');
    await rm(join(backend.folder, 'models', 'other'), { recursive: true });
    await catalog.readModels();
    solveState.enter();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.model).toBe('sudoku-4x4'), waitOptions);
    expect(solveState.notification).toBe('Other is no longer available. Sudoku 4×4 · Classroom is used instead.');
    expect(solveState.puzzle).toEqual(puzzle);
  });
});

describe('a solve', () => {
  test('has a latent path, an operation count and a first correct answer', async () => {
    await openModel();
    const { playback, firstCorrect } = solveState.player;
    expect(playback?.trace.path?.points).toHaveLength(playback?.frames.length ?? -1);
    expect(playback?.trace.flop).toBeGreaterThan(1e6);
    expect(firstCorrect?.stayed).toBe(true);
    solveState.player.toFirstCorrect();
    expect(solveState.player.answer?.solved).toBe(true);
  });

  test('ends where the model halts if requested', async () => {
    await openModel();
    const allSteps = solveState.player.playback?.trace;
    solveState.setStopAtHalt(true);
    await vi.waitFor(
      () => expect(solveState.player.playback?.trace.steps).toHaveLength(allSteps?.haltStep ?? -1),
      waitOptions,
    );
    solveState.setStopAtHalt(false);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.steps).toHaveLength(8), waitOptions);
  });

  test('reports its progress when it is slow, and can be cancelled', async () => {
    const opening = openModel('slow');
    await vi.waitFor(
      () =>
        expect(solveState.traceRequest.isSlow && solveState.traceRequest.message).toMatch(
          /^Supervision step \d+ of 40$/u,
        ),
      waitOptions,
    );
    solveState.cancel();
    await opening;
    expect([solveState.cancelled, solveState.traceRequest.isBusy, solveState.failure]).toEqual([true, false, null]);
    // The steps so far stay.
    const { playback } = solveState.player;
    expect(playback?.isComplete).toBe(true);
    expect(playback?.trace.steps.length).toBeLessThan(40);
    expect(solveState.puzzle?.address).toMatch(/^maze-15\/new\/any\/\d+$/u);
  });

  test('shows its steps while they are computed', async () => {
    const opening = openModel('slow');
    await vi.waitFor(() => expect(solveState.player.playback?.frames.length).toBeGreaterThan(0), waitOptions);
    const early = solveState.player.playback;
    expect(early?.isComplete).toBe(false);
    expect(solveState.player.playing).toBe(true);
    await opening;
    const { playback } = solveState.player;
    expect([playback?.isComplete, playback?.trace.steps.length]).toEqual([true, 40]);
    expect(playback?.frames.slice(0, early?.frames.length)).toEqual(early?.frames);
    expect(playback?.trace.path?.updates.at(-1)).toBe((playback?.frames.length ?? 0) - 1);
  });

  test('takes the steps of its task', async () => {
    await openModel();
    const model = solveState.model!;
    Object.assign(solveState.settings, { rollouts: 4 });
    await solveState.open({ model, puzzle, steps: 11 });
    expect(solveState.player.playback?.trace.steps).toHaveLength(11);
    expect([solveState.settings.steps, solveState.attempts]).toEqual([11, null]);
    expect(solveState.notification).toBe('Settings replaced: 11 steps, one attempt.');
    // Steps that a task has set are not the user's.
    await solveState.open({ model, puzzle, steps: 9 });
    expect(solveState.notification).toBe(null);
    solveState.settings.steps = 4;
    await solveState.open({ model, puzzle, steps: 11 });
    expect(solveState.notification).toBe('Settings replaced: 11 steps, one attempt.');
    // A later puzzle keeps them.
    solveState.retry();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.steps).toHaveLength(11), waitOptions);
  });

  test('takes as many steps as set, and none for an invalid number', async () => {
    await openModel();
    solveState.settings.steps = 3;
    solveState.applySettings();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.steps).toHaveLength(3), waitOptions);
    const { playback } = solveState.player;
    solveState.settings.steps = 2000;
    solveState.applySettings();
    expect(solveState.settings.problem).toBe('Steps must be a whole number from 1 to 1,024, got 2,000.');
    expect(solveState.player.playback).toBe(playback);
  });

  test('generates a puzzle for a model of another kind', async () => {
    await openModel();
    solveState.selectModel('queens');
    await vi.waitFor(() => expect(solveState.player.playback?.trace.model).toBe('queens'), waitOptions);
    expect(solveState.puzzle?.address).toMatch(/^queens-5\/new\/any\/\d+$/u);
  });
});

describe('a link', () => {
  test('leads to the model, the puzzle, the steps and the update', async () => {
    await openModel();
    solveState.settings.steps = 12;
    solveState.applySettings();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.steps).toHaveLength(12), waitOptions);
    solveState.player.seek(9);
    const link = solveState.positionSubpath;
    expect(link).toBe('sudoku-4x4/@10,12/sudoku-4x4/test/0');
    await openModel('untrained');
    await solveState.visit(link ?? '');
    const { model, player } = solveState;
    expect([model?.id, player.index, player.playing, player.playback?.trace.steps.length]).toEqual([
      'sudoku-4x4',
      9,
      false,
      12,
    ]);
    expect(solveState.puzzle?.address).toBe('sudoku-4x4/test/0');
  });
});

describe('rollouts', () => {
  test('show the picked attempt, and another one at the same step', async () => {
    await openModel();
    Object.assign(solveState.settings, { steps: 4, rollouts: 3, noise: 0.2 });
    solveState.applySettings();
    await vi.waitFor(() => expect(solveState.attempts?.result).not.toBeNull(), waitOptions);
    const { attempts, player } = solveState;
    expect(attempts?.settings).toEqual({ count: 3, noise: 0.2, seed: 1, pick: 'rules' });
    expect(attempts?.result?.picked).toMatchObject({ legal: true });
    expect(attempts?.shown).toBe(attempts?.result?.picked?.rollout);
    expect(player.playback?.isComplete).toBe(true);
    expect(player.playback?.answers.at(-1)?.solved).toBe(true);
    expect(attempts && describePick(attempts)).toMatch(
      /^Attempt \d was picked: the first answer that follows the rules, after step \d\.$/u,
    );
    solveState.showAttempt(2);
    expect(attempts?.shown).toBe(2);
    expect(attempts?.viewsAt(0)).toHaveLength(3);
  });

  test('without a valid answer pick none', async () => {
    await openModel('untrained');
    Object.assign(solveState.settings, { steps: 2, rollouts: 2 });
    solveState.applySettings();
    await vi.waitFor(() => expect(solveState.attempts?.result).not.toBeNull(), waitOptions);
    const { attempts } = solveState;
    expect(attempts?.result?.picked).toBeNull();
    expect(attempts && describePick(attempts)).toBe('No valid answer found.');
    const views = attempts?.viewsAt(1);
    expect(views?.map((view) => [view?.step, view?.legal])).toEqual([
      [2, false],
      [2, false],
    ]);
    // Boards whose step is the same are not checked and drawn again.
    expect(attempts?.viewsAt(5)[1]).toBe(views?.[1]);
    expect(attempts?.viewsAt(0).map((view) => view?.step)).toEqual([1, 1]);
    expect(attempts?.viewsAt(1)).toEqual(views);
  });
});

describe('editing', () => {
  test('solves the typed puzzle and compares with its only solution', async () => {
    await openModel();
    solveState.edit();
    solveState.draft?.setText('....1..3..2.4...');
    solveState.solveDraft();
    await vi.waitFor(() => expect(solveState.player.playback).not.toBeNull(), waitOptions);
    expect(solveState.puzzle?.address).toBe(typedAddress);
    expect(solveState.player.playback?.labelCount).toBe(solveState.puzzle?.labels[0] === 0 ? 0 : 16);
  });

  test('solves live with one request for several edits, and reports the changed cells', async () => {
    await openModel();
    solveState.edit();
    solveState.setLive(true);
    await vi.waitFor(() => expect(solveState.traceRequest.isBusy).toBe(false), waitOptions);
    const before = backend.asked.length;
    const { draft } = solveState;
    draft?.setCell(0, 3);
    draft?.setCell(0, kind.blank);
    draft?.setCell(0, 5);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs[0]).toBe(5), waitOptions);
    expect(backend.asked.length - before).toBe(1);
    expect(solveState.changedCells).toContain(0);
    expect(solveState.player.atEnd).toBe(true);
    expect(solveState.draft).toBe(draft);
  });

  test('restores an unsolved draft when editing resumes', async () => {
    await openModel();
    solveState.edit();
    solveState.draft?.setCell(1, 4);
    solveState.stopEditing();
    solveState.edit();
    expect(solveState.draft?.tokens[1]).toBe(4);
  });

  test('starts from a newly opened puzzle; undo restores the unsolved draft', async () => {
    await openModel();
    solveState.edit();
    solveState.draft?.setCell(1, 4);
    const unsolved = solveState.draft?.tokens;
    const model = catalog.model('sudoku-4x4');
    if (model) await solveState.open({ model, puzzle: { ...puzzle, inputs: tokens('............1234') } });
    solveState.edit();
    expect(solveState.draft?.text).toBe('............1234');
    solveState.draft?.undo();
    expect(solveState.draft?.tokens).toEqual(unsolved);
  });

  test('shows the answer of the original puzzle again when editing stops', async () => {
    await openModel();
    solveState.edit();
    solveState.setLive(true);
    solveState.draft?.setCell(1, 5);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs[1]).toBe(5), waitOptions);
    solveState.stopEditing();
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs).toEqual(puzzle.inputs), waitOptions);
  });

  test('shows no answer to an earlier edit when its solve is cancelled or editing stops', async () => {
    await openModel();
    solveState.edit();
    solveState.setLive(true);
    solveState.draft?.setCell(1, 5);
    await vi.waitFor(() => expect(solveState.player.playback?.trace.inputs[1]).toBe(5), waitOptions);
    solveState.draft?.clear();
    await vi.waitFor(() => expect(solveState.traceRequest.isBusy).toBe(true), waitOptions);
    solveState.cancel();
    expect([solveState.player.playback, solveState.cancelled]).toEqual([null, true]);
    solveState.retry();
    expect([solveState.draft, solveState.cancelled]).not.toContain(null);
    solveState.stopEditing();
    await vi.waitFor(() => expect(solveState.player.playback?.isComplete).toBe(true), waitOptions);
    expect(solveState.player.playback?.trace.inputs).toEqual(puzzle.inputs);
  });

  test('accepts pasted text, and reports why it is invalid', async () => {
    await openModel();
    solveState.paste('1234\n3412\n2143\n....');
    expect(solveState.draft?.clues).toBe(12);
    solveState.paste('a poem');
    expect(solveState.draft?.textError).toMatch(/expected 16 cells, got 5\.$/u);
    expect(solveState.draft?.clues).toBe(12);
  });
});

describe('choosing a puzzle', () => {
  test('opens a puzzle by address, and rejects an unknown one', async () => {
    await openModel();
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

  test('generates the same puzzle for the same seed', async () => {
    await openModel('queens');
    const { picker } = solveState;
    picker.seed = 5;
    await picker.generate();
    const first = solveState.puzzle;
    await picker.generateRandom();
    picker.seed = 5;
    await picker.generate();
    expect(solveState.puzzle).toEqual(first);
    expect(first?.address).toBe('queens-5/new/any/5');
  });
});

describe('a model that reads every size', () => {
  const answerLength = () => solveState.player.playback?.answers.at(-1)?.answer.length;

  test('solves generated puzzles of another size', async () => {
    await openModel('mazes');
    expect(answerLength()).toBe(49);
    const { picker } = solveState;
    picker.show();
    expect(picker.kind?.id).toBe('maze-7');
    picker.kindId = 'maze-12';
    picker.seed = 3;
    await picker.generate();
    await vi.waitFor(() => expect(answerLength()).toBe(144), waitOptions);
    expect(solveState.kind?.id).toBe('maze-12');
    expect(solveState.player.playback?.answers[0]?.report).toMatchObject({ legal: false });
    // The address of the window leads back to it.
    const { subpath, puzzle: shown } = solveState;
    await openModel('mazes');
    await solveState.visit(subpath);
    expect(solveState.puzzle?.inputs).toEqual(shown?.inputs);
  });

  test('solves a drawn puzzle of another size, with rollouts checked by its rules', async () => {
    await openModel('mazes');
    const text = getKind('maze-9').format(getKind('maze-9').generator!.generate(Random.seeded(1)).inputs);
    solveState.paste(text);
    expect([solveState.draft?.kind.id, solveState.draft?.textError]).toEqual(['maze-9', null]);
    expect(solveState.draft?.verdict.tone).toBe('good');
    Object.assign(solveState.settings, { rollouts: 2 });
    solveState.solveDraft();
    await vi.waitFor(() => expect(solveState.attempts?.result).not.toBeFalsy(), waitOptions);
    expect([answerLength(), solveState.attempts?.result?.picked]).toEqual([81, null]);
  });

  test('edits an empty grid of a chosen size, and returns to the puzzle', async () => {
    await openModel('mazes');
    const before = solveState.puzzle;
    solveState.edit();
    solveState.editSize(getKind('maze-15'));
    expect([solveState.kind?.id, solveState.draft?.tokens.length, solveState.player.playback]).toEqual([
      'maze-15',
      225,
      null,
    ]);
    expect(solveState.subpath).toContain(getKind('maze-7').format(Uint8Array.from(before!.inputs)));
    solveState.stopEditing();
    await vi.waitFor(() => expect(answerLength()).toBe(49), waitOptions);
    expect([solveState.kind?.id, solveState.puzzle]).toEqual(['maze-7', before]);
  });
});

describe('attention', () => {
  test('is requested once per head and cell, and available for every update', async () => {
    await openModel('queens');
    const { attention, player } = solveState;
    const trace = player.playback?.trace;
    if (!trace) throw new Error('nothing solved');
    await attention.show(trace, 7);
    expect(attention.cell).toBe(7);
    for (const index of [0, 4, (player.playback?.frames.length ?? 1) - 1]) {
      expect(attention.blocksAt(index)).toBe(2);
      expect(attention.rowAt(index)?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
    const before = backend.asked.length;
    await attention.show(trace, 8);
    await attention.show(trace, 7);
    expect(backend.asked.length - before).toBe(1);
    await attention.show(trace, null);
    expect([attention.cell, attention.rowAt(0)]).toEqual([null, null]);
  });

  test('is not requested from a model without attention', async () => {
    await openModel();
    const trace = solveState.player.playback?.trace;
    const before = backend.asked.length;
    if (trace) await solveState.attention.show(trace, 3);
    expect(trace?.heads).toBe(0);
    expect(backend.asked.length).toBe(before);
  });
});
