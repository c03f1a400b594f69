/** The request to export a model with weights of fewer bits, in the compute process: the thread for files loads no onnxruntime. */
import { requireNew } from '../../../datasets/formats/atomic-write';
import type { Handlers, Input } from '../../contract/contract';
import type { DatasetLibrary } from '../datasets/library';
import { exportEvaluated } from './export-sample';
import type { ModelLibrary } from './library';

/** Whether the weights of the exported file are rounded, so that its accuracy is measured. */
export const isRounded = ({ weights = 'float32' }: Input<'exportModel'>): boolean => weights !== 'float32';

export const exportRounded =
  (library: ModelLibrary, datasets: DatasetLibrary): Handlers['exportModel'] =>
  async ({ model, batchSize, tokenType, weights, ...plan }) => {
    await requireNew(plan.out);
    const options = { ...(batchSize && { batchSize }), ...(tokenType && { tokenType }), ...(weights && { weights }) };
    const load = (name: string) => datasets.load(name);
    const { files, notes } = await exportEvaluated(await library.read(model), { ...plan, ...options }, load);
    return { files: [...files], notes: [...notes] };
  };
