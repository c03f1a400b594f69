/** The failure that was shown last, for diagnostics. Whatever shows one notes it here. */
export interface NotedFailure {
  readonly what: string;
  readonly details: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

class Failures {
  last = $state.raw<NotedFailure | null>(null);

  note(what: string, details: string | null): void {
    this.last = { what, details, at: Date.now() };
  }
}

export const failures = new Failures();
