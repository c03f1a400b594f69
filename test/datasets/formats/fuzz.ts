/** How many broken files a test tries: some hundreds in `npm test`, more where FUZZ_RUNS says so (`npm run fuzz`). */
export const fuzzRuns = (usual: number): number => Number(process.env['FUZZ_RUNS'] ?? usual);
