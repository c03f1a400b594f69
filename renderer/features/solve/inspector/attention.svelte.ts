/** Attention of one cell, from a second traced solve of the same puzzle; cached per head and cell. */
import type { Trace } from '../../../../electron/contract/contract';
import { parseAddress } from '../../../../datasets/puzzle-address';
import type { Compute } from '../../../app/compute.svelte';
import { describeError } from '../../../app/compute.svelte';
import { TraceRequest } from '../trace-request.svelte';

/** Cached pairs of head and cell. */
const CACHE_SIZE = 8;
/** In all of them, 32 MB: those of one cell in a long solve can be more. */
const MAX_CACHED_VALUES = 2 ** 22;

type Rows = readonly (readonly (readonly number[])[])[];

/** [update][block][position], the updates in the order of the frames. */
export function attentionRows({ steps }: Trace): number[][][] {
  return steps.flatMap(({ cycles }) =>
    cycles.flatMap(({ latent, attention }) => [...latent.map((update) => update.attention ?? []), attention ?? []]),
  );
}

const countValues = (rows: Rows): number =>
  rows.reduce((sum, blocks) => sum + blocks.reduce((total, row) => total + row.length, 0), 0);

/** The latest entries that fit into the cache, and always the last. */
export function trimCache<Entry extends { readonly rows: Rows }>(entries: readonly Entry[]): readonly Entry[] {
  let values = 0;
  const kept = entries.slice(-CACHE_SIZE).reverse();
  const end = kept.findIndex(({ rows }) => (values += countValues(rows)) > MAX_CACHED_VALUES);
  return (end < 0 ? kept : kept.slice(0, Math.max(1, end))).reverse();
}

export class AttentionState {
  head = $state(0);
  block = $state(0);
  /** Whether the shares are written into the cells. */
  numbers = $state(false);
  failure = $state<string | null>(null);
  readonly traceRequest: TraceRequest;

  /** [update][block][position] of `#cell`. */
  #rows = $state.raw<Rows | null>(null);
  #cell = $state<number | null>(null);
  #cached: readonly { readonly name: string; readonly rows: Rows }[] = [];
  #trace: Trace | null = null;

  constructor(compute: Compute) {
    this.traceRequest = new TraceRequest(compute);
  }

  /** The cell whose attention is shown; null if none is. */
  get cell(): number | null {
    return this.#rows ? this.#cell : null;
  }

  /** Number of network blocks of an update. */
  blocksAt(index: number): number {
    return this.#rows?.[index]?.length ?? 0;
  }

  /** Attention to each position in a frame, the positions of the puzzle embedding first. */
  rowAt(index: number): readonly number[] | null {
    const blocks = this.#rows?.[index];
    return blocks?.[Math.min(this.block, blocks.length - 1)] ?? null;
  }

  /** Shows the attention of a cell of the puzzle at `address`; hides it for null. */
  async show(trace: Trace, cell: number | null, address = ''): Promise<void> {
    this.#setTrace(trace);
    if (cell === null || trace.heads === 0) return this.#hide();
    const head = Math.min(this.head, trace.heads - 1);
    const name = `${head}/${cell}`;
    const cached = this.#cached.find((one) => one.name === name);
    if (cached) return this.#showRows(cell, cached.rows);
    const signal = this.traceRequest.begin();
    try {
      const at = parseAddress(address);
      const input = {
        model: trace.model,
        inputs: trace.inputs,
        ...(at && { puzzle: at }),
        steps: trace.steps.length,
        attention: { head, cell },
      };
      const rows = attentionRows(await this.traceRequest.send(input, signal));
      if (signal.aborted) return;
      this.#cached = trimCache([...this.#cached, { name, rows }]);
      this.#showRows(cell, rows);
    } catch (reason) {
      if (!signal.aborted) this.failure = describeError(reason);
    } finally {
      this.traceRequest.end(signal);
    }
  }

  #setTrace(trace: Trace): void {
    if (trace === this.#trace) return;
    this.#trace = trace;
    this.#cached = [];
    this.#rows = null;
  }

  #hide(): void {
    this.traceRequest.cancel();
    this.#rows = null;
    this.failure = null;
  }

  #showRows(cell: number, rows: Rows): void {
    this.failure = null;
    this.#cell = cell;
    this.#rows = rows;
  }
}
