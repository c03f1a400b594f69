/** A kind added to the registry works in the command line, the compute process and the window without other code. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSource } from '../../../datasets/formats/puzzle-source';
import { generatePuzzles } from '../../../datasets/generate-puzzles';
import { getTokenForKey } from '../../../datasets/kinds/editing';
import { detectKindsByShape, getKind, listGenerated, registerFamily } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import { addDatasetCommands } from '../../../electron/cli/dataset/commands';
import { Draft } from '../../../renderer/features/solve/puzzle/draft.svelte';
import { getCellStates } from '../../../renderer/grids/board';
import { freshFolder, openService, type OpenedService } from '../../electron/compute/opened-service';
import { latinFamily } from './latin-square';
import { inEnglish } from '../../english';
import { formatEnglish } from '../../../renderer/messages/english';

const id = latinFamily.exampleId;
let remove: () => void;
let folder: string;
beforeAll(async () => {
  remove = registerFamily(latinFamily);
  folder = await freshFolder();
  vi.stubEnv('TRM_LAB_DATA', folder);
});
afterAll(async () => {
  remove();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

const puzzles = (count: number) => [...generatePuzzles(getKind(id), { count, random: Random.seeded(1) })];

/** A CSV file of puzzles as other programs write it. */
async function csvFile(): Promise<string> {
  const kind = getKind(id);
  const rows = puzzles(10).map(({ inputs, labels }) => `${kind.format(inputs)},${kind.format(labels)}`);
  await writeFile(join(folder, 'squares.csv'), ['question,answer', ...rows].join('\n'));
  return join(folder, 'squares.csv');
}

describe('on the command line', () => {
  /** Runs `dataset …` and returns its output. */
  async function dataset(...args: readonly string[]): Promise<string> {
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
    const program = new Command().exitOverride().configureOutput({ writeOut: (text) => (printed += text) });
    addDatasetCommands(program, (...lines) => lines.join('\n'));
    await program.parseAsync(['dataset', ...args], { from: 'user' }).catch((reason: { readonly code?: string }) => {
      if (reason.code !== 'commander.helpDisplayed') throw reason;
    });
    return printed;
  }

  test('the kind is listed and generated', async () => {
    expect(await dataset('generate', '--help')).toContain(id);
    expect(JSON.parse(await dataset('list', '--json'))).toMatchObject({
      kinds: expect.arrayContaining([expect.objectContaining({ id, difficulties: ['easy'] })]),
    });
    const out = join(folder, 'generated');
    const flags = ['--kind', id, '--count', '20', '--held-out', '0.2', '--out', out, '--json'];
    expect(JSON.parse(await dataset('generate', ...flags))).toMatchObject({ kind: id, train: 16, test: 4 });
    expect((await openSource(out)).kind.id).toBe(id);
  });

  test('the kind is detected in a file', async () => {
    const file = await csvFile();
    expect((await openSource(file)).kind).toBe(getKind(id));
    expect(JSON.parse(await dataset('import', file, '--dry-run', '--json'))).toMatchObject({
      kind: id,
      splits: [{ puzzles: 10, wrongAnswers: 0, severalSolutions: 0 }],
    });
    expect(await dataset('import', '--help')).toContain(id);
    expect(detectKindsByShape(9, 5)).toEqual([getKind(id)]);
  });
});

describe('in the compute process', () => {
  let service: OpenedService;
  beforeAll(async () => {
    service = await openService();
  });
  afterAll(() => service.close());

  test('the kind is listed, previewed, generated, imported and browsed', async () => {
    expect(listGenerated('puzzles')).toContain(latinFamily);
    expect(await service.ask('previewPuzzles', { kind: id, count: 2, seed: 1 })).toHaveLength(2);
    const plan = { name: 'Squares', count: 24, heldOut: 0.25, seed: 1 };
    expect(await service.ask('generateDataset', { ...plan, kind: id })).toMatchObject({ kind: id, problem: null });
    const path = await csvFile();
    expect(await service.ask('inspectFiles', { path })).toMatchObject({ kind: id });
    const { id: imported } = await service.ask('importDataset', {
      name: 'File',
      path,
      heldOut: 0.2,
      augment: 0,
      seed: 1,
    });
    expect(await service.ask('browsePuzzles', { dataset: imported, split: 'train', from: 0, count: 50 })).toMatchObject(
      {
        total: 8,
      },
    );
    expect((await service.ask('listDatasets', {})).filter(({ kind }) => kind === id)).toHaveLength(2);
  });

  test('the kind is trained with its default preset, and the model is kept', async () => {
    const preset = getKind(id).defaultPreset;
    const run = await service.ask('startRun', { dataset: 'squares', preset, seed: 1, maxSeconds: 600 });
    await service.next('run/step');
    await service.ask('stopRun', { runId: run.runId });
    await service.next('run/stopped');
    expect(await service.ask('listModels', {})).toContainEqual(expect.objectContaining({ id: run.runId, kind: id }));
  }, 60_000);
});

describe('in the window', () => {
  test('the kind is edited by key and by text, and checked', () => {
    const kind = getKind(id);
    const draft = new Draft(kind, kind.createEditing().empty);
    for (const [cell, key] of ['1', '2'].entries()) {
      const token = getTokenForKey(kind, draft.editing, key);
      draft.setCell(cell, token ?? 0);
    }
    expect(draft.text).toBe('12.......');
    draft.setText('12...1...');
    expect(draft.verdict.tone).toBe('good');
    draft.setText('11.......');
    expect(draft.verdict.cells).toEqual([0, 1, 2]);
    expect(getTokenForKey(kind, draft.editing, '4')).toBeNull();
  });

  test('the kind is displayed, has a legend and is solved classically', () => {
    const kind = getKind(id);
    const [puzzle] = puzzles(1);
    expect(
      getCellStates(kind, { inputs: [...puzzle!.inputs] })
        .map(({ name }) => formatEnglish(name) || '.')
        .join(''),
    ).toBe(kind.format(puzzle!.inputs));
    expect(kind.legend.map(({ mark }) => mark)).toEqual(['clue', 'answer']);
    const solution = kind.solveClassically(puzzle!.inputs);
    expect(inEnglish(solution)).toMatchObject({ method: 'Search with guesses', note: null });
    for (const { cell, token } of solution?.steps[0]?.placed ?? []) expect(token).toBe(puzzle!.labels[cell]);
  });
});
