/** Repeats the failed tests of all suites after the last one: logs of many lines are often cut to their end. */
import { readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { fromRoot, root } from './setup/paths.mjs';

const resultsFile = (suite) => fromRoot('test', 'artifacts', `${suite}.json`);

/** Removes the results of an earlier run. @returns the arguments with which Vitest writes those of this one */
export async function recordTo(suite) {
  await rm(resultsFile(suite), { force: true });
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFile(suite)}`];
}

/** Prints the name and the first lines of the error of every failed test, and of every file that did not load. */
export async function printFailedTests(suites) {
  for (const suite of suites) {
    // A run that was killed has left none, or a part of them.
    const results = await readFile(resultsFile(suite), 'utf8')
      .then(JSON.parse)
      .catch(() => ({ testResults: [] }));
    for (const file of results.testResults) failuresOf(file).forEach((failure) => console.log(failure));
  }
}

function failuresOf({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const describe = (title, error) => `\nFAIL ${relative(root, name)} ${title}\n${firstLines(error)}`;
  if (failed.length === 0) return status === 'failed' ? [describe('', message)] : [];
  return failed.map((test) => describe(test.fullName, test.failureMessages.join('\n')));
}

const firstLines = (error) =>
  error
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, 12)
    .join('\n');
