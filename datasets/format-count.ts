/** Whole numbers as English text. */
const noDigits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1490` → `1,490`. */
export function formatInteger(value: number): string {
  return noDigits.format(value);
}

/** `1 cell`, `2 cells`, `no cells`. @param noun with a regular plural */
export function formatCount(count: number, noun: string): string {
  return `${count === 0 ? 'no' : formatInteger(count)} ${count === 1 ? noun : `${noun}s`}`;
}
