/** What an ONNX file says about its model beside its architecture: the meaning of the tokens, accuracy, licence, source. */
import { lastComponent } from '../../../datasets/private-paths';
import { datasetSpecs } from '../../../datasets/catalog';
import { getKind } from '../../../datasets/kinds/registry';
import type { ModelCard } from '../model-card';

/** Metadata by name; empty for a model without a card. Numbers are those of the float32 weights. */
export function describeOrigin(
  card: ModelCard | Pick<ModelCard, 'dataset' | 'datasetHash'> | undefined,
): Record<string, string> {
  if (!card) return {};
  const dataset = {
    dataset: lastComponent(card.dataset),
    ...(card.datasetHash !== undefined && { dataset_sha256: card.datasetHash }),
  };
  if (!('name' in card)) return dataset;
  const {
    name,
    kind = datasetSpecs.find(({ id }) => id === card.dataset)?.kind,
    accuracy,
    published,
    createdAt,
  } = card;
  return {
    name,
    ...dataset,
    created_at: createdAt,
    ...(kind !== undefined && describeKind(kind)),
    ...(accuracy && {
      accuracy: JSON.stringify({ exact: accuracy.exactAccuracy, interval: accuracy.interval, count: accuracy.count }),
    }),
    ...(published
      ? { source: published.homepage, ...(published.licence !== null && { licence: published.licence }) }
      : { source: card.training.steps > 0 ? 'trained with TRM Puzzle Lab' : 'imported into TRM Puzzle Lab' }),
  };
}

/** `vocabulary`: the symbol of each token, in order; empty for the padding token. */
function describeKind(id: string): Record<string, string> {
  const { symbols, rows, columns } = getKind(id);
  return { kind: id, rows: String(rows), columns: String(columns), vocabulary: JSON.stringify(symbols) };
}
