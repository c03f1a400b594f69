/** An id that is in no catalog; the message is one line and names those that are. */
export class UnknownIdError extends Error {
  override readonly name = 'UnknownIdError';
}
