/** The model card: training data, training, accuracy. */
import { z } from 'zod';
import { accuracySchema } from '../evaluate/accuracy';

const count = z.number().int().nonnegative();
/** The model or run that another one started from. */
export const parentSchema = z.object({
  kind: z.enum(['model', 'run']),
  id: z.string(),
  /** Step of the checkpoint, for runs. */
  step: count.nullable(),
});

export const modelCardSchema = z.object({
  name: z.string(),
  /** Id of a dataset of the library, else its path. */
  dataset: z.string(),
  /** Id of the puzzle kind; may be absent for built-in datasets. */
  kind: z.string().optional(),
  preset: z.string(),
  family: z.string(),
  parameters: count,
  hCycles: count,
  lCycles: count,
  haltMaxSteps: count,
  createdAt: z.string(),
  /** The command line that creates this model. */
  command: z.string(),
  /** Puzzles and symmetry classes of the training and test set; classes are null if there were too many puzzles to count them. */
  data: z.object({
    trainPuzzles: count,
    trainClasses: count.nullable(),
    testPuzzles: count,
    testClasses: count.nullable(),
  }),
  /** `flop`: floating-point operations of all steps; 0 if they were not counted. */
  training: z.object({
    steps: count,
    seconds: z.number(),
    samples: count,
    seed: z.number(),
    flop: z.number().nonnegative().default(0),
  }),
  /** The model or run that training started from; null for a model trained from scratch. */
  parent: parentSchema.nullable().default(null),
  /** Accuracy on the test set with the saved (EMA) weights; null if the run ended before an evaluation. */
  accuracy: accuracySchema.nullable(),
});

export type Parent = z.infer<typeof parentSchema>;
export type ModelCard = z.infer<typeof modelCardSchema>;
