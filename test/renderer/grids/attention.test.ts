import { describe, expect, test } from 'vitest';
import { attentionRows } from '../../../renderer/features/solve/inspector/attention.svelte';
import { buildPlayback } from '../../../renderer/features/solve/player/solve-playback';
import {
  attentionPicture,
  describeAttended,
  describeAttention,
  attentionOpacities,
} from '../../../renderer/grids/attention';
import { clues, kind, solution, tokens, trace } from '../examples';

const picture = (row: number[], puzzleEmbLen = 0) => attentionPicture(row, { from: 1, puzzleEmbLen, numbers: false });

describe('the attention of a cell', () => {
  test('has rows for every update of the playback, in order', () => {
    const rowsOf = (weight: number) => [[weight, 1 - weight]];
    const [step] = trace.steps;
    const cycles =
      step?.cycles.map((cycle, i) => ({
        ...cycle,
        attention: rowsOf(i),
        latent: cycle.latent.map((update) => ({ ...update, attention: rowsOf(0.5) })),
      })) ?? [];
    const rows = attentionRows({ ...trace, steps: [{ qHalt: 0, cycles }] });
    expect(rows).toEqual([rowsOf(0.5), rowsOf(0.5), rowsOf(0), rowsOf(0.5), rowsOf(0.5), rowsOf(1)]);
    expect(attentionRows(trace)).toHaveLength(
      buildPlayback(trace, { kind, inputs: tokens(clues), labels: tokens(solution) }).frames.length,
    );
  });

  test('excludes the puzzle embedding positions and reports their share', () => {
    const { shares, puzzleEmbeddingShare } = picture([0.25, 0.25, 0.4, 0.1], 2);
    expect(shares).toEqual([0.4, 0.1]);
    expect(puzzleEmbeddingShare).toBe(0.5);
    expect(describeAttention(picture([0.25, 0.25, 0.4, 0.1], 2), 2)).toEqual([
      'row 1, column 1: 40.0 %',
      'row 1, column 2: 10.0 %',
      'puzzle embedding: 50.0 %',
    ]);
  });

  test('has opacities relative to the largest share, so that it is visible on large grids', () => {
    expect(attentionOpacities(picture([0.01, 0.02, 0]))).toEqual([0.5, 1, 0]);
    expect(attentionOpacities(picture([0, 0]))).toEqual([0, 0]);
  });

  test('is part of the description of a cell while it is shown', () => {
    expect(describeAttended('row 1, column 2: 4', picture([0.25, 0.75]), 1)).toBe(
      'row 1, column 2: 4, attention 75.0 %',
    );
    expect(describeAttended('row 1, column 2: 4', null, 1)).toBe('row 1, column 2: 4');
  });

  test('is described by the cells with the largest shares', () => {
    expect(describeAttention(picture([0.1, 0.5, 0.3, 0.05, 0.05]), 3)).toEqual([
      'row 1, column 2: 50.0 %',
      'row 1, column 3: 30.0 %',
      'row 1, column 1: 10.0 %',
    ]);
  });
});
