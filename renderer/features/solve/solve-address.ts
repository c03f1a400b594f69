/** The part of the window's address that says what Solve shows: model, position if one is given, and puzzle. */

export interface SolveAddress {
  /** Id of the model. */
  readonly model: string;
  /** Address of a puzzle, or `=` and its text. */
  readonly puzzle: string;
  readonly position?: SolvePosition;
}

export interface SolvePosition {
  /** Supervision steps of the solve. */
  readonly steps: number;
  /** Index of the frame: an update of the state. */
  readonly frame: number;
}

/** `<model>/<puzzle>`, or `<model>/@<frame>,<steps>/<puzzle>`; the frame counts from 1. */
export function formatSolveAddress({ model, puzzle, position }: SolveAddress): string {
  const at = position ? `@${position.frame + 1},${position.steps}/` : '';
  return `${model}/${at}${puzzle}`;
}

/** Null where there is no model and puzzle. */
export function parseSolveAddress(subpath: string): SolveAddress | null {
  const { model, frame, steps, puzzle } =
    /^(?<model>[^/]*)\/(?:@(?<frame>[1-9]\d{0,6}),(?<steps>[1-9]\d{0,3})\/)?(?<puzzle>[^]*)$/u.exec(subpath)?.groups ??
    {};
  if (model === undefined || puzzle === undefined) return null;
  if (frame === undefined) return { model, puzzle };
  return { model, puzzle, position: { frame: Number(frame) - 1, steps: Number(steps) } };
}
