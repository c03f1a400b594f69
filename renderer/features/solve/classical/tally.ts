/** Things of few sorts, counted in words. */

/** In the order in which they first come: `9 naked singles, 1 x-wing`. */
export function tallied(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => `${count} ${count === 1 || name.endsWith('s') ? name : `${name}s`}`)
    .join(', ');
}
