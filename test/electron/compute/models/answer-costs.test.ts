import { expect, test } from 'vitest';
import { openService } from '../opened-service';

test('an answer of a built-in model and of the model of a run is counted', async () => {
  const lab = await openService();
  try {
    const built = await lab.ask('getAnswerCosts', { model: 'sudoku-4x4' });
    expect(built.stepFlop).toBeGreaterThan(built.parameters);
    expect(built).toMatchObject({ embeddingNumbers: 0 });
    const request = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 60, maxSteps: 1, batchSize: 4 };
    await lab.ask('startRun', { ...request, haltMaxSteps: 3, maxEvalSamples: 8 });
    const { run } = await lab.next('run/finished');
    expect(await lab.ask('getAnswerCosts', { runId: run.runId })).toMatchObject({ steps: 3 });
    await expect(lab.ask('getAnswerCosts', { runId: 'gone' })).rejects.toThrow('gone');
  } finally {
    await lab.close();
  }
}, 60_000);
