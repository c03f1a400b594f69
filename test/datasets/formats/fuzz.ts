/** Number of damaged files that a test tries: the default in `npm test`, FUZZ_RUNS in `npm run fuzz`. */
export const fuzzRuns = (defaultRuns: number): number => Number(process.env['FUZZ_RUNS'] ?? defaultRuns);
