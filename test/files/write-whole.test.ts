import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotAFile, removeUnfinished, writeWhole } from '../../src/files/write-whole.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-write-'));
  file = join(folder, 'out.bin');
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (name = 'out.bin') => readFileSync(join(folder, name), 'utf8');

test('writes text, bytes, and chunks one after the other', async () => {
  await writeWhole(file, 'é');
  expect(text()).toBe('é');
  await writeWhole(file, Uint8Array.of(65));
  expect(text()).toBe('A');
  await writeWhole(file, [Buffer.from('one '), Buffer.alloc(0), Buffer.from('two')]);
  expect(text()).toBe('one two');
  await writeWhole(file, []);
  expect(text()).toBe('');
  expect(readdirSync(folder)).toEqual(['out.bin']);
});

test('a new file has the mode that the process gives; a replaced one keeps its own', async () => {
  await writeWhole(file, '');
  expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
  for (const mode of [0o600, 0o666, 0o755]) {
    chmodSync(file, mode);
    await writeWhole(file, 'x');
    expect(statSync(file).mode & 0o777).toBe(mode);
  }
});

test('a name of 255 bytes can be written', async () => {
  file = join(folder, 'n'.repeat(255));
  await writeWhole(file, 'x');
  expect(readFileSync(file, 'utf8')).toBe('x');
});

test('between chunks other work goes on, and the old file is whole', async () => {
  writeFileSync(file, 'old');
  const seen: string[] = [];
  function* chunks() {
    for (let i = 0; i < 3; i++) {
      seen.push(text());
      yield Buffer.from(`${i}`);
    }
  }
  let turns = 0;
  let done = false;
  const turn = (): void => {
    turns++;
    if (!done) setImmediate(turn);
  };
  turn();
  await writeWhole(file, chunks());
  done = true;
  expect(turns).toBeGreaterThan(3);
  expect(seen).toEqual(['old', 'old', 'old']);
  expect(text()).toBe('012');
});

test('a failure keeps the old file and leaves nothing else', async () => {
  writeFileSync(file, 'old');
  function* chunks() {
    yield Buffer.from('new');
    throw new Error('no more');
  }
  await expect(writeWhole(file, chunks())).rejects.toThrow('no more');
  expect(text()).toBe('old');
  expect(readdirSync(folder)).toEqual(['out.bin']);
});

test.skipIf(process.platform === 'win32')('so does a disk without room', () => {
  writeFileSync(file, 'old');
  const address = new URL('../../dist/files/write-whole.js', import.meta.url).href;
  const code = `
    const { writeWhole } = await import(${JSON.stringify(address)});
    await writeWhole(process.argv[1], Buffer.alloc(100_000)).catch((error) => console.log(error.code));`;
  // The limit of a file's size stands for the disk's.
  const script = `trap '' XFSZ; ulimit -f 4; exec "$0" --input-type=module -e "$1" "$2"`;
  const { stdout } = spawnSync('bash', ['-c', script, process.execPath, code, file], { encoding: 'utf8' });
  expect(stdout).toBe('EFBIG\n');
  expect(text()).toBe('old');
  expect(readdirSync(folder)).toEqual(['out.bin']);
});

describe('links', () => {
  const refused = async (name: string, options = {}) => {
    const error: unknown = await writeWhole(join(folder, name), 'new', options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NotAFile);
    return (error as NotAFile).message;
  };

  test('to a file is refused, and neither changes', async () => {
    writeFileSync(file, 'old');
    symlinkSync('out.bin', join(folder, 'link'));
    expect(await refused('link', { orDevice: true })).toBe('it is a symbolic link, which is not followed');
    expect(text()).toBe('old');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['link', 'out.bin']);
  });

  test('to nothing is refused, and nothing is made', async () => {
    symlinkSync('elsewhere', join(folder, 'link'));
    expect(await refused('link')).toContain('symbolic link');
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('a folder that is a link is a folder', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'way'));
    await writeWhole(join(folder, 'way', 'x'), 'new');
    expect(text(join('real', 'x'))).toBe('new');
  });

  test('that lies where a temporary file could is not written through', async () => {
    // Nobody can guess the name; this is the next best that one can plant.
    symlinkSync('victim', join(folder, '.out.bin.0123456789abcdef.tmp'));
    await writeWhole(file, 'new');
    expect(existsSync(join(folder, 'victim'))).toBe(false);
  });
});

describe('what is no regular file', () => {
  test('a folder is refused', async () => {
    mkdirSync(file);
    await expect(writeWhole(file, 'x', { orDevice: true })).rejects.toThrow('it is a folder');
  });

  test.skipIf(!existsSync('/dev/full'))('a device is refused, unless it may take the bytes', async () => {
    await expect(writeWhole('/dev/null', 'x')).rejects.toThrow('it is not a regular file');
    await writeWhole('/dev/null', 'x', { orDevice: true });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    symlinkSync('/dev/full', file);
    await expect(writeWhole(file, 'x')).rejects.toThrow('symbolic link');
    await expect(writeWhole(file, 'x', { orDevice: true })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

test('what killed writes left of a file is removed, and nothing else', async () => {
  const others = ['.other.bin.0123456789abcdef.tmp', '.out.bin.tmp', '.out.bin.0123.tmp', 'out.bin'];
  for (const name of [...others, '.out.bin.0123456789abcdef.tmp']) writeFileSync(join(folder, name), '');
  await removeUnfinished(file);
  expect(readdirSync(folder).sort()).toEqual([...others].sort());
  await removeUnfinished(join(folder, 'no', 'folder'));
});
