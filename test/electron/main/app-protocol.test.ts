import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { resolvePage, isOurPage, servePage } from '../../../electron/main/app-protocol';

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
writeFileSync(join(folder, 'index.html'), '<p>lab</p>');
writeFileSync(join(folder, 'run.sh'), 'echo');
afterAll(() => rmSync(folder, { recursive: true }));

describe('addresses of pages', () => {
  test.each(['app://lab/index.html', 'app://lab/a%20b.html', 'app://lab/'])(
    '%s belongs to the application',
    (address) => {
      expect(isOurPage(address)).toBe(true);
    },
  );

  test.each(['app://other/index.html', 'https://lab/index.html', 'file:///index.html', 'app:lab', 'about:blank', ''])(
    '"%s" does not belong to the application',
    (address) => {
      expect(isOurPage(address)).toBe(false);
      expect(resolvePage(folder, address)).toBeNull();
    },
  );

  test('never resolve to a file outside the folder', () => {
    const segment = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      '%2e%2e',
      '%2E.',
      '..%2f',
      '%2f',
      '%5c..',
      '\\',
      '%00',
      '%',
      'etc',
      'C:',
    );
    fc.assert(
      fc.property(fc.array(segment), fc.constantFrom('/', '\\', '%2f'), (segments, separator) => {
        const file = resolvePage(folder, `app://lab/${segments.join(separator)}`);
        if (file !== null) expect(relative(folder, file).split(sep)[0]).not.toBe('..');
      }),
    );
  });
});

describe('servePage', () => {
  test('sends the content type and the content security policy', async () => {
    const response = await servePage(folder, 'app://lab/index.html?x#y');
    expect(await response.text()).toBe('<p>lab</p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self'; /);
  });

  test.each(['app://lab/missing.html', 'app://lab/', 'app://lab/run.sh', 'app://lab/..%2findex.html', 'app://lab/%'])(
    'responds with 404 to %s',
    async (address) => {
      expect((await servePage(folder, address)).status).toBe(404);
    },
  );
});
