/** The part of the contract that is about models. */
import { exportModel } from '../../../models/checkpoint/export/export-model';
import { requireNew } from '../../../datasets/formats/atomic';
import type { Handlers } from '../../contract/contract';
import type { modelRequests } from '../../contract/models';
import type { Library } from './library';
import { importInto } from './model-imports';
import type { Trash } from '../storage/trash';

type ModelHandlers = Pick<Handlers, keyof typeof modelRequests>;

export function modelHandlers(library: Library, trash: Trash): ModelHandlers {
  return {
    listModels: () => library.list(),
    importModel: (input) => importInto(library, input),
    exportModel: async ({ model, out, format, batchSize }) => {
      await requireNew(out);
      const { files, notes } = await exportModel(await library.read(model), format, out, {
        ...(batchSize && { batchSize }),
      });
      return { files: [...files], notes: [...notes] };
    },
    renameModel: async ({ model, name }) => {
      await library.ownFolder(model);
      const stored = await library.read(model);
      await library.save(model, { ...stored, card: { ...stored.card, name } });
      return library.describe(model);
    },
    deleteModel: async ({ model }) => ({ token: await trash.discard(await library.ownFolder(model)) }),
  };
}
