/** Where one cell of a model with attention looks: asked for with the same solve once more, and kept with its trace. */
import type { Trace } from '../../../../electron/contract/contract';
import { parseAddress } from '../puzzle/pick';
import { attentionRows } from './attention';
import type { Compute } from '../../../app/compute.svelte';
import { messageOf } from '../../../app/loaded';
import { Tracing } from '../trace-request.svelte';

/** Rows of so many cells and heads are kept: those of a 30×30 grid take some megabytes. */
const KEPT = 8;

type Rows = readonly (readonly (readonly number[])[])[];

export class Attention {
  head = $state(0);
  block = $state(0);
  /** Whether the shares are written into the cells too. */
  numbers = $state(false);
  failure = $state<string | null>(null);
  readonly tracing: Tracing;

  /** [update][block][position] of the cell asked for last. */
  #rows = $state.raw<Rows | null>(null);
  #cell = $state<number | null>(null);
  #kept: readonly { readonly name: string; readonly rows: Rows }[] = [];
  #trace: Trace | null = null;

  constructor(compute: Compute) {
    this.tracing = new Tracing(compute);
  }

  /** The cell whose attention is shown; null while none is. */
  get cell(): number | null {
    return this.#rows ? this.#cell : null;
  }

  /** Blocks of the network that make an update. */
  blocksAt(index: number): number {
    return this.#rows?.[index]?.length ?? 0;
  }

  /** Share of each position at an update of the walk, with those of the puzzle embedding in front. */
  rowAt(index: number): readonly number[] | null {
    const blocks = this.#rows?.[index];
    return blocks?.[Math.min(this.block, blocks.length - 1)] ?? null;
  }

  /** Asks for a cell of the puzzle at an address; none (null) ends the showing. */
  async show(trace: Trace, cell: number | null, address = ''): Promise<void> {
    this.#belongTo(trace);
    if (cell === null || trace.heads === 0) return this.#hide();
    const head = Math.min(this.head, trace.heads - 1);
    const name = `${head}/${cell}`;
    const kept = this.#kept.find((one) => one.name === name);
    if (kept) return this.#use(cell, kept.rows);
    const signal = this.tracing.begin();
    try {
      const at = parseAddress(address);
      const stopAtHalt = trace.haltStep === trace.steps.length;
      const input = {
        model: trace.model,
        inputs: trace.inputs,
        ...(at && { puzzle: at }),
        stopAtHalt,
        attention: { head, cell },
      };
      const rows = attentionRows(await this.tracing.ask(input, signal));
      if (signal.aborted) return;
      this.#kept = [...this.#kept, { name, rows }].slice(-KEPT);
      this.#use(cell, rows);
    } catch (reason) {
      if (!signal.aborted) this.failure = messageOf(reason);
    } finally {
      this.tracing.end(signal);
    }
  }

  #belongTo(trace: Trace): void {
    if (trace === this.#trace) return;
    this.#trace = trace;
    this.#kept = [];
    this.#rows = null;
  }

  #hide(): void {
    this.tracing.cancel();
    this.#rows = null;
    this.failure = null;
  }

  #use(cell: number, rows: Rows): void {
    this.failure = null;
    this.#cell = cell;
    this.#rows = rows;
  }
}
