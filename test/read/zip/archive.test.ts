import { describe, expect, test } from 'vitest';
import { inMemory } from '../../../src/core/random-access.ts';
import { openArchive } from '../../../src/read/zip/archive.ts';
import { zipFile } from './zip-file.ts';

const text = new TextEncoder().encode('layers and layers and layers of layers');
const zeros = new Uint8Array(3_000_000);
const noise = Uint8Array.from({ length: 70_000 }, (_, index) => (index * index * 31 + (index >> 3)) % 251);
const open = (...args: Parameters<typeof zipFile>) => openArchive(inMemory(zipFile(...args)));

describe('entries', () => {
  test.each([
    ['stored', {}],
    ['deflated', { deflated: true }],
    ['with places in 64 bits', { wide: true }],
    ['deflated, with places in 64 bits', { deflated: true, wide: true }],
  ])('%s', (_, how) => {
    const contents = { 'a/': new Uint8Array(0), 'a/text': text, zeros, noise };
    const archive = open(Object.entries(contents).map(([name, bytes]) => ({ name, bytes, ...how })));
    expect([...archive.entries.keys()]).toEqual(Object.keys(contents));
    for (const [name, bytes] of Object.entries(contents)) {
      expect(archive.entries.get(name)!.size).toBe(bytes.length);
      expect(Buffer.compare(archive.read(name, 4), bytes)).toBe(0);
    }
  });

  test('behind a comment that looks like the end of an archive', () => {
    const archive = open([{ name: 'a', bytes: text }], { comment: `PK\u0005\u0006${'x'.repeat(40)}` });
    expect(archive.read('a', 1)).toEqual(Buffer.from(text));
  });

  test('of a file that is read in pieces alone, of which the rest is never touched', () => {
    const bytes = zipFile([{ name: 'large', bytes: zeros }, { name: 'small', bytes: text }]); // prettier-ignore
    let read = 0;
    const file = {
      size: bytes.length,
      read(offset: number, length: number) {
        read += length;
        return bytes.subarray(offset, offset + length);
      },
    };
    expect(openArchive(file).read('small', 1)).toEqual(Buffer.from(text));
    expect(read).toBeLessThan(67_000);
  });
});

describe('refused', () => {
  const one = [{ name: 'a', bytes: text, deflated: true }];
  test.each<readonly [string, () => unknown, string]>([
    ['no archive', () => openArchive(inMemory(text)), 'no directory'],
    ['an empty file', () => openArchive(inMemory(new Uint8Array(0))), 'no directory'],
    ['one without this entry', () => open(one).read('b', 1), "no entry 'b'"],
    ['a checksum of other bytes', () => open(one, { checksum: 1 }).read('a', 1), 'checksum'],
    ['another size', () => open(one, { size: text.length - 1 }).read('a', 1), 'unpack'],
    ['a larger size', () => open(one, { size: text.length + 1 }).read('a', 1), 'unpack'],
    ['encrypted', () => open(one, { flags: 1 }), 'encrypted'],
    ['a method of its own', () => open(one, { method: 12 }).read('a', 1), 'method 12'],
    ['a name twice', () => open([...one, ...one]), 'two entries'],
    [
      'more than may be read',
      () => open([{ name: 'a', bytes: zeros, deflated: true }]).read('a', 2),
      '2 MiB',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test('what unpacks to a thousand times its size, after its claimed size', () => {
    const bomb = open([{ name: 'a', bytes: new Uint8Array(200_000_000), deflated: true }], {
      size: 1000,
      checksum: 0,
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => bomb.read('a', 1)).toThrow('unpack');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  test('every file cut short, and every byte changed, without another error than its own', () => {
    const bytes = zipFile([{ name: 'a/text', bytes: text, deflated: true }, { name: 'b', bytes: text, wide: true }]); // prettier-ignore
    const attempt = (damaged: Uint8Array): string => {
      try {
        const archive = openArchive(inMemory(damaged));
        const found = [...archive.entries.keys()].map((name) => archive.read(name, 1));
        return found.every((content) => Buffer.compare(content, text) === 0) ? 'fine' : 'wrong';
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    };
    const outcomes = new Set<string>();
    for (let length = 0; length < bytes.length; length++) outcomes.add(attempt(bytes.subarray(0, length)));
    expect([...outcomes]).toEqual(['zip-damaged']);
    for (let at = 0; at < bytes.length; at++)
      for (const change of [1, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= change;
        outcomes.add(attempt(changed));
      }
    expect([...outcomes].sort()).toEqual(['fine', 'zip-damaged', 'zip-entry-too-large']);
  });
});
