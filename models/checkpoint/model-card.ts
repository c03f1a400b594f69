/** The model card: training data, training, accuracy. */
import { z } from 'zod';
import { lastComponent } from '../../datasets/private-paths';
import { accuracySchema } from '../evaluate/accuracy';
import { evaluationSchema, type ModelEvaluation } from '../evaluate/evaluation';

const count = z.number().int().nonnegative();
/** A name or a path; both are shown in lists. */
const text = z.string().max(5000);

/** The model or run that another one started from. */
export const parentSchema = z.object({
  kind: z.enum(['model', 'run']),
  id: z.string(),
  /** Step of the checkpoint, for runs. */
  step: count.nullable(),
});

/** An evaluation that is stored with the model. */
export const evaluationRecordSchema = z.object({
  /** As in a model card. */
  dataset: z.string(),
  split: z.enum(['train', 'test']),
  evaluatedAt: z.string(),
  evaluation: evaluationSchema,
});
export type EvaluationRecord = z.infer<typeof evaluationRecordSchema>;

/** A model that was downloaded from its publisher. */
const publishedSchema = z.object({
  /** Id in the catalogue of published models. */
  id: z.string(),
  homepage: z.string(),
  /** Null where it could not be verified. */
  licence: z.string().nullable(),
  /** Exact accuracy on `dataset` that the publisher states, null where none was found. */
  reported: z.number().nullable(),
  /** Id of the dataset whose puzzles it was trained for. */
  dataset: z.string(),
});

export const modelCardSchema = z.object({
  name: text,
  /** Id of a dataset of the library, else the last component of its path; the whole path in cards of earlier versions. */
  dataset: text,
  /** Hash of its puzzles; absent where the model was not trained here, and in cards of earlier versions. */
  datasetHash: z.string().max(64).optional(),
  /** Id of the puzzle kind; may be absent for built-in datasets. */
  kind: text.optional(),
  preset: text,
  family: text,
  parameters: count,
  hCycles: count,
  lCycles: count,
  haltMaxSteps: count,
  createdAt: text,
  /** The command line that creates this model. */
  command: z.string().max(100_000),
  /** Puzzles and symmetry classes of the training and test set; classes are null if there were too many puzzles to count them. */
  data: z.object({
    trainPuzzles: count,
    trainClasses: count.nullable(),
    testPuzzles: count,
    testClasses: count.nullable(),
  }),
  /**
   * `samples`: puzzles seen, each counted when it entered the batch; steps × batch size, which is more, where `areSamplesCounted` is not true: in
   * cards of earlier versions. `flop`: floating-point operations of all steps; 0 if they were not counted. `joules`: energy of the processors,
   * where it was measured.
   */
  training: z.object({
    steps: count,
    seconds: z.number(),
    joules: z.number().nonnegative().optional(),
    samples: count,
    areSamplesCounted: z.boolean().optional(),
    seed: z.number(),
    flop: z.number().nonnegative().default(0),
  }),
  /** The model or run that training started from; null for a model trained from scratch. */
  parent: parentSchema.nullable().default(null),
  /** Where the weights of a published model come from; what its publisher states was not measured here. */
  published: publishedSchema.optional(),
  /** Accuracy on the test set with the saved (EMA) weights; null if the run ended before an evaluation. */
  accuracy: accuracySchema.nullable(),
  /** Later evaluations, the latest first. */
  evaluations: z.array(evaluationRecordSchema).optional(),
  /** The state of the optimiser that is stored with the weights: the number of its updates. Absent without one. */
  optimizer: z.object({ step: count }).optional(),
  /** Checksums of the settings, the weights, the demos and the state of the optimiser that the card belongs to; absent in cards of earlier versions. */
  files: z
    .object({ config: z.string(), weights: z.string(), demos: z.string().optional(), optimizer: z.string().optional() })
    .optional(),
});

/** What a card says beyond its own files. */
export const portableCardSchema = modelCardSchema.omit({ files: true, optimizer: true });

export type Parent = z.infer<typeof parentSchema>;
export type Published = z.infer<typeof publishedSchema>;
export type ModelCard = z.infer<typeof modelCardSchema>;

/** The training data in an exported configuration: without the path that cards of earlier versions have. */
export const describeData = ({ dataset, datasetHash }: Pick<ModelCard, 'dataset' | 'datasetHash'>): object => ({
  dataset: lastComponent(dataset),
  ...(datasetHash !== undefined && { dataset_hash: datasetHash }),
});

/** Maximum stored evaluations: the curve of one takes up to 20 kB. */
const MAX_EVALUATIONS = 8;

/** Adds an evaluation, in place of the one with the same settings. */
export function addEvaluation(card: ModelCard, record: EvaluationRecord): ModelCard {
  const name = settingsOf(record);
  const others = (card.evaluations ?? []).filter((other) => settingsOf(other) !== name);
  return { ...card, evaluations: [record, ...others].slice(0, MAX_EVALUATIONS) };
}

function settingsOf({ dataset, split, evaluation }: EvaluationRecord): string {
  const { count, steps, rollouts }: ModelEvaluation = evaluation;
  return JSON.stringify([dataset, split, count, steps, rollouts.count, rollouts.noise, rollouts.pick]);
}
