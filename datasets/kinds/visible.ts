/** A character for an error message; control characters by code point, so that it never disturbs the terminal that prints it. */
export function visible(character: string): string {
  if (!/\p{C}/u.test(character)) return `'${character}'`;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
