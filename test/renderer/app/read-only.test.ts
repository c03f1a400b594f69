import { afterEach, expect, test } from 'vitest';
import { setReadOnly, writeAttributes } from '../../../renderer/app/read-only.svelte';

afterEach(() => setReadOnly(null));

test('a button that writes is disabled while the data folder is read-only, and says why', () => {
  expect(writeAttributes()).toEqual({ disabled: false, title: undefined });
  expect(writeAttributes(true, 'of its own')).toEqual({ disabled: true, title: 'of its own' });
  setReadOnly('the disk is write-protected');
  const refused = {
    disabled: true,
    title: 'Not possible while the data folder is read-only: the disk is write-protected',
  };
  expect([writeAttributes(), writeAttributes(false, 'of its own')]).toEqual([refused, refused]);
  setReadOnly(null);
  expect(writeAttributes().disabled).toBe(false);
});
