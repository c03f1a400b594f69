/** What breaks rules, in words and cells, and the report made of it: the same for every kind. */
import type { RuleReport } from './puzzle-kind';

/** A broken rule: in words, and the cells that take part in it. */
export interface Violation {
  readonly sentence: string;
  readonly cells: readonly number[];
}

/** An answer is legal when it is complete and breaks no rule. */
export function ruleReport(violations: readonly Violation[], complete: boolean): RuleReport {
  return {
    legal: complete && violations.length === 0,
    brokenCells: [...new Set(violations.flatMap(({ cells }) => cells))].sort((a, b) => a - b),
    brokenRules: violations.length,
    violations: violations.map(({ sentence }) => sentence),
  };
}

/** `row 2, column 3` of a cell, counted from 1. */
export function describeCell(columns: number, cell: number): string {
  return `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
}
