/** Limits of requests; without schemas, so that the window can import them. */

/** Maximum training time of a new run: a week. */
export const MAX_RUN_SECONDS = 7 * 24 * 3600;

export const MAX_SEED = 2 ** 31 - 1;
