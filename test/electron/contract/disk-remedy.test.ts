import { expect, test } from 'vitest';
import { withRemedy } from '../../../electron/contract/disk-remedy';
import { formatEnglish } from '../../../renderer/messages/english';
import { message } from '../../../renderer/messages/message';

const full = message('error.cannotUsePath', { path: '/lab/run.json', reason: message('error.disk.full') });

test('an error of the disk is followed by what to do, wherever it is in the text, and once', () => {
  const refused = message('storage.readOnly.refused', { reason: full });
  const text = 'read-only: cannot use /lab/run.json: the disk is full. Free some space on the disk';
  expect(formatEnglish(withRemedy(refused))).toBe(text);
  expect(formatEnglish(withRemedy(withRemedy(refused)))).toBe(text);
  expect(formatEnglish(withRemedy([full, full])).match(/Free/gu)).toHaveLength(1);
});

test('other texts stay as they are', () => {
  const texts = ['a name', message('run.closing'), message('error.disk.exists')];
  expect(texts.map(withRemedy)).toEqual(texts);
});
