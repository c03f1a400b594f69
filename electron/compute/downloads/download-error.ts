/** Why a download did not come about; the message is one line, for people. */

/** Each with whether what has come is kept, so that the next attempt goes on from there. */
const keeps = {
  /** The host cannot be reached at all. */
  offline: true,
  /** The connection was lost, or the server is busy: trying again helps. */
  broken: true,
  /** Nothing has come for a long time. */
  stalled: true,
  /** The disk. */
  full: true,
  /** The same set is being downloaded elsewhere. */
  running: true,
  /** What was fetched earlier is not what it was. */
  changed: true,
  /** The server does not give the file. */
  missing: true,
  /** What came is not what was announced or published. */
  wrong: false,
} as const;

export type DownloadProblem = keyof typeof keeps;

export class DownloadError extends Error {
  override readonly name = 'DownloadError';

  constructor(
    readonly problem: DownloadProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s+/gu, ' '), options);
  }

  get keepsPart(): boolean {
    return keeps[this.problem];
  }
}
