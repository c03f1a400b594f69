/** Runs that differ only in the seed. */
import { MAX_RUN_NAME, MAX_SEED } from './limits';

/**
 * The request once for each of `count` seeds, from its own on. A name gets the seed, so that the runs can be told apart.
 * @throws RangeError for seeds above the largest one
 */
export function repeatWithSeeds<Request extends { readonly seed: number; readonly name?: string | undefined }>(
  request: Request,
  count: number,
): Request[] {
  const last = request.seed + count - 1;
  if (last > MAX_SEED) throw new RangeError(`seed must be at most ${MAX_SEED}, got ${last}`);
  return Array.from({ length: count }, (_, index) => {
    const seed = request.seed + index;
    return { ...request, seed, ...(request.name !== undefined && count > 1 && { name: withSeed(request.name, seed) }) };
  });
}

/** Names that are too long lose their end, not the seed. */
function withSeed(name: string, seed: number): string {
  const suffix = ` · ${seed}`;
  return `${name.slice(0, MAX_RUN_NAME - suffix.length)}${suffix}`;
}
