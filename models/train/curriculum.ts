/** Recursion curriculum: the first steps of a run train with fewer cycles, which cost less; arXiv 2511.08653. */
import { z } from 'zod';
import { ConfigError, latentUpdates, type ModelConfig } from '../family/config';

const cycles = z.int().min(1).max(1024);

/** Recursion of the next `steps` train steps. */
export const stageSchema = z.object({ steps: z.int().min(1), hCycles: cycles, lCycles: cycles });
export type Stage = Readonly<z.infer<typeof stageSchema>>;

/** The model as it is trained after `updates` steps: with the recursion of a stage, in the end with its own. */
export function modelAtStep(model: ModelConfig, curriculum: readonly Stage[], updates: number): ModelConfig {
  let end = 0;
  for (const { steps, hCycles, lCycles } of curriculum) {
    end += steps;
    if (updates < end) return { ...model, hCycles, lCycles };
  }
  return model;
}

/** The same shares of another number of steps. */
export const scaleCurriculum = (curriculum: readonly Stage[], factor: number): Stage[] =>
  curriculum.map((stage) => ({ ...stage, steps: Math.max(1, Math.round(stage.steps * factor)) }));

/** The curriculum of the preset, the usual one, or none. */
export const curriculumChoices = ['preset', 'on', 'off'] as const;
export type CurriculumChoice = (typeof curriculumChoices)[number];

/**
 * The usual curriculum of a run: one cycle of each for a fifth of the steps, then all L cycles in one H cycle until half of them.
 * Of the curricula tried it gained the most; the whole recursion is trained last.
 */
export function usualCurriculum(
  { hCycles, lCycles }: Pick<ModelConfig, 'hCycles' | 'lCycles'>,
  steps: number,
): Stage[] {
  const stages = [
    { steps: Math.max(1, Math.round(0.2 * steps)), hCycles: 1, lCycles: 1 },
    { steps: Math.max(1, Math.round(0.3 * steps)), hCycles: 1, lCycles },
  ];
  return stages.filter((stage) => stage.hCycles < hCycles || stage.lCycles < lCycles);
}

/** @throws ConfigError for a model without cycles */
export function checkCurriculum(model: ModelConfig, curriculum: readonly Stage[] | undefined): void {
  if (curriculum && curriculum.length > 0 && latentUpdates(model) === 0)
    throw new ConfigError('config.noCycles', { family: model.family });
}
