import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/train/make-folder.ts';

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'vgg-inspect-folder-'));
});
afterAll(() => rmSync(base, { recursive: true }));

describe('a folder', () => {
  test('is made with those above it, by several at once too', async () => {
    const folder = join(base, 'a', 'b', 'c');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(base, 'a', 'd'))]);
    expect(statSync(folder).isDirectory()).toBe(true);
    await makeFolder(folder);
  });

  test('cannot be made where a file stands', async () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  // There a folder is refused as if the one above it were missing, which made Node's own way look for it for ever.
  test.runIf(existsSync('/proc/self'))('cannot be made in /proc', async () => {
    await expect(makeFolder('/proc/new/folder')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
