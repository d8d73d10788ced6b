import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFake } from '../cli/fake-io.ts';
import { idx } from './idx-writer.ts';

const SMALL = 'fixtures/train/small-relu.yaml';
const quick = ['train', SMALL, '--batch', '16', '--epochs', '1', '--engine', 'wasm'];
const synthetic = [...quick, '--data', 'synthetic', '--limit', '40'];

let folder: string;
const servers: http.Server[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vgg-failures-'))));
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

/** The command fails as an input does: exit code 2, nothing on stdout, one line that tells what is wrong. */
async function refused(argv: readonly string[], words: RegExp, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runFake(argv, { env });
  const lines = stderr.split('\n').filter((line) => line !== '' && !/^(training on|epoch)/.test(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('a folder of images', () => {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const images = idx(
    [3, 2, 2],
    Array.from({ length: 12 }, (_, i) => i),
  );
  const labels = idx([3], [0, 9, 4]);
  test.each<[string, Uint8Array, Uint8Array, RegExp]>([
    ['truncated', images.subarray(0, 20), labels, /train-images-idx3-ubyte/],
    ['swapped', labels, images, /train-images-idx3-ubyte.*labels/],
    [
      'with a label out of range',
      images,
      idx([3], [0, 10, 4]),
      /label 1 is 10, but the network has 10 classes/,
    ],
    ['with a cut gzip stream', gzipSync(images).subarray(0, 25), labels, /gzip/],
  ])('%s', async (_, trainImages, trainLabels, words) => {
    [trainImages, trainLabels, images, labels].forEach((bytes, i) =>
      writeFileSync(join(folder, `${names[i]}-ubyte`), bytes),
    );
    await refused([...quick, '--data', folder], words);
  });
});

describe('the download of Fashion-MNIST', () => {
  async function mirror(answer: http.RequestListener): Promise<Record<string, string>> {
    const server = http.createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return { VGG_INSPECT_FASHION_MNIST: address, XDG_CACHE_HOME: join(folder, 'cache') };
  }
  const cached = () => {
    const cache = join(folder, 'cache');
    return existsSync(cache)
      ? readdirSync(cache, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
      : [];
  };

  test.each<[string, http.RequestListener, RegExp]>([
    ['404', (_, response) => void response.writeHead(404).end(), /answered 404/],
    [
      'a cut connection',
      (_, response) =>
        void response
          .writeHead(200, { 'content-length': 9 })
          .write('cut', () => setTimeout(() => response.destroy(), 20)),
      /cut|aborted|hang up/,
    ],
    [
      'a wrong checksum',
      (_, response) => void response.end('another file'),
      new RegExp(createHash('md5').update('another file').digest('hex')),
    ],
  ])('%s', async (_, answer, words) => {
    await refused(quick, words, await mirror(answer));
    expect(cached()).toEqual([]);
  });

  test('an unwritable cache', async () => {
    const env = await mirror((_, response) => void response.end('unused'));
    writeFileSync(join(folder, 'cache'), 'a file, no folder');
    await refused(quick, /cache/, env);
  });
});

describe('a place that cannot be written', () => {
  const full = existsSync('/dev/full');
  test.each(['--log', '--checkpoint', '--save'])('%s below a file', async (option) => {
    writeFileSync(join(folder, 'file'), '');
    await refused(
      [...synthetic, option, join(folder, 'file', 'deeper')],
      /ENOTDIR|part of its path is a file/,
    );
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
  });

  test.skipIf(!full)('--log on a full disk', () =>
    refused([...synthetic, '--log', '/dev/full'], /\/dev\/full: the disk is full/),
  );

  test.skipIf(!full)('--checkpoint onto a link', async () => {
    symlinkSync('/dev/full', join(folder, 'checkpoint.vgg'));
    await refused([...synthetic, '--checkpoint', folder], /cannot write the checkpoint.*symbolic link/);
    expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
  });

  test.skipIf(!full)('--save onto a link', async () => {
    symlinkSync('/dev/full', join(folder, 'weights.bin'));
    await refused([...synthetic, '--save', folder], /cannot write the network.*symbolic link/);
    expect(readdirSync(folder)).toEqual(['weights.bin']);
  });

  test.skipIf(process.platform === 'win32')(
    'a log that grows until the disk is full ends with a whole line',
    () => {
      mkdirSync(join(folder, 'run'));
      const args = [
        ...synthetic.with(1, join(process.cwd(), SMALL)),
        '--limit',
        '2000',
        '--log',
        'log.jsonl',
      ];
      // The limit of a file's size stands for the disk's: the last write is cut short in the same way.
      const script = `trap '' XFSZ; ulimit -f 4; exec "$0" "$@"`;
      const bin = join(process.cwd(), 'bin', 'vgg-inspect.js');
      const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, bin, ...args], {
        cwd: join(folder, 'run'),
        encoding: 'utf8',
      });
      expect(stderr).toMatch(/^error: cannot write.*log\.jsonl/m);
      expect(status).toBe(2);
      const lines = readFileSync(join(folder, 'run', 'log.jsonl'), 'utf8').split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.length).toBeGreaterThan(5);
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
    },
  );
});
