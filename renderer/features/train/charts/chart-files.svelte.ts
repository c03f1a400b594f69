/** Charts carried out of the window: as a table with every measurement, or as a picture. */
import type { Run } from '../../../../electron/contract/contract';
import type { MainApi } from '../../../../electron/contract/main-api';
import { curveCsv } from './curve-csv';
import type { Curve } from './curves';
import type { Compute } from '../../../app/compute.svelte';
import { errorMessage } from '../../../app/loaded';
import type { Notifications } from '../../../app/notifications.svelte';

/** More than any run has steps. */
const allPoints = 10_000_000;

export class ChartFiles {
  failure = $state<string | null>(null);
  /** The chart being written; null while none is. */
  doing = $state<string | null>(null);

  constructor(
    private readonly compute: Compute,
    private readonly files: Pick<MainApi, 'saveFile'>,
    private readonly notifications: Pick<Notifications, 'show'>,
  ) {}

  /** Every step, also those that no chart draws. */
  async saveCsv({ runId }: Pick<Run, 'runId'>, curve: Curve, batchSize: number): Promise<void> {
    await this.#write(curve.title, `${runId}-${curve.id}.csv`, async () => {
      const { steps, evaluations } = await this.compute.request('readMetrics', { runId, points: allPoints });
      return curveCsv(curve, { steps, evaluations, batchSize });
    });
  }

  async saveText(title: string, name: string, text: string): Promise<void> {
    await this.#write(title, name, () => Promise.resolve(text));
  }

  async savePng(title: string, name: string, picture: () => Promise<Uint8Array>): Promise<void> {
    await this.#write(title, name, picture);
  }

  async #write(title: string, name: string, make: () => Promise<string | Uint8Array>): Promise<void> {
    if (this.doing !== null) return;
    [this.doing, this.failure] = [title, null];
    try {
      const written = await this.files.saveFile({
        title: `Save ${title}`.slice(0, 200),
        name: name.slice(-200),
        content: await make(),
      });
      if (written !== null) this.notifications.show({ text: `${title} was written to ${written}.` });
    } catch (reason) {
      this.failure = errorMessage(reason);
    } finally {
      this.doing = null;
    }
  }
}
