/** A file with invalid content. The message is one line, for people: where, what was expected, what was found. */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  constructor(
    /** File, and place in it where there is one: `train.csv, line 3`. */
    readonly where: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(oneLine(`${where}: expected ${expected}, found ${found}`));
  }
}

/** Files can hold anything, and messages quote them: control characters are spelled out. */
function oneLine(text: string): string {
  return text.replace(
    /\p{C}/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
