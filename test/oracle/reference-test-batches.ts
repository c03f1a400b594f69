/** Test batches of a reference folder, identical to those of the reference's loader. */
import { IGNORED_LABEL, type TestBatch } from '../../datasets/batches';
import type { ReferenceSplit } from '../../datasets/formats/reference-folder';

/**
 * Yields all examples in order; pads the last batch with inputs 0, ignored labels and the blank identifier.
 * @throws FormatError for invalid values in an array
 */
export async function* referenceTestBatches(split: ReferenceSplit, batchSize: number): AsyncGenerator<TestBatch> {
  const { seq_len, blank_identifier_id } = split.meta;
  for (let from = 0; from < split.examples; from += batchSize) {
    const examples = await split.read(from, Math.min(from + batchSize, split.examples));
    const batch = {
      inputs: new Int32Array(batchSize * seq_len),
      labels: new Int32Array(batchSize * seq_len).fill(IGNORED_LABEL),
      puzzleIdentifiers: new Int32Array(batchSize).fill(blank_identifier_id),
      count: examples.length,
    };
    examples.forEach(({ inputs, labels, identifier }, row) => {
      batch.inputs.set(inputs, row * seq_len);
      labels.forEach((label, cell) => (batch.labels[row * seq_len + cell] = label === 0 ? IGNORED_LABEL : label));
      batch.puzzleIdentifiers[row] = identifier;
    });
    yield batch;
  }
}
