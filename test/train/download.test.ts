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
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import { download } from '../../src/train/data/download.ts';
import { cacheFolder, fashionMnist } from '../../src/train/data/fashion-mnist.ts';
import { proxyFor } from '../../src/train/data/proxy.ts';
import { idx } from './idx-writer.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 5)) & 0xff));
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

let folder: string;
let file: string;
let servers: http.Server[];
let ranges: (string | undefined)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-download-'));
  file = join(folder, 'cache', 'data.bin');
  servers = [];
  ranges = [];
});
afterEach(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** Starts a server on 127.0.0.1 and returns its address. */
async function serve(answer: http.RequestListener): Promise<URL> {
  const server = http.createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/data.bin`);
}

/** Answers with the content from the asked byte on; cuts the connection after `most` bytes. */
const partly =
  (most: number): http.RequestListener =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': content.length - from };
    if (from > 0) {
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
      });
    } else response.writeHead(200, headers);
    const chunk = content.subarray(from, from + most);
    if (from + chunk.length === content.length) response.end(chunk);
    else response.write(chunk, () => setTimeout(() => response.destroy(), 20));
  };

const options = { md5: md5(content), limit: content.length, timeout: 30_000, env: {} };
const failing = (url: URL, more = {}) =>
  download(url, file, { ...options, ...more }).then(
    () => 'no error',
    (error: VggError) => error,
  );
const left = () => (existsSync(join(folder, 'cache')) ? readdirSync(join(folder, 'cache')) : []);

describe('a download', () => {
  test('arrives whole, with its progress', async () => {
    const seen: number[] = [];
    await download(await serve(partly(Infinity)), file, {
      ...options,
      onProgress: (done) => seen.push(done),
    });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    expect(left()).toEqual(['data.bin']);
  });

  test('goes on where a connection was cut', async () => {
    await download(await serve(partly(60_000)), file, options);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.length).toBeGreaterThan(2);
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('starts again where the server knows no ranges', async () => {
    let calls = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      if (calls++ > 0) response.end(content);
      else response.write(content.subarray(0, 9_999), () => setTimeout(() => response.destroy(), 20));
    });
    await download(url, file, options);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test('goes on from what a killed run left, and distrusts it when it does not fit', async () => {
    mkdirSync(join(folder, 'cache'));
    writeFileSync(`${file}.part`, content.subarray(0, 123_456));
    await download(await serve(partly(Infinity)), file, options);
    expect(ranges).toEqual(['bytes=123456-']);
    rmSync(file);
    writeFileSync(`${file}.part`, Buffer.alloc(5_000));
    await download(await serve(partly(Infinity)), file, options);
    expect(ranges.slice(1)).toEqual(['bytes=5000-', undefined]);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test('keeps the part when it is interrupted', async () => {
    const stop = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 50_000));
    });
    const onProgress = () => stop.abort();
    await expect(
      download(url, file, { ...options, signal: stop.signal, onProgress }),
    ).rejects.not.toBeInstanceOf(VggError);
    expect(left()).toEqual(['data.bin.part']);
  });

  test.each<[string, http.RequestListener, string]>([
    ['404', (_, response) => void response.writeHead(404).end(), 'answered 404'],
    // It answers a range that was not asked for.
    ['416', (_, response) => void response.writeHead(416).end(), 'answered 416'],
    ['500', (_, response) => void response.writeHead(500).end(), 'answered 500'],
    ['a peer that hangs up', (request) => void request.socket.destroy(), 'socket hang up'],
    [
      'a circle',
      (_, response) => void response.writeHead(302, { location: '/data.bin' }).end(),
      'too many redirects',
    ],
  ])('fails on %s, in one line, and leaves nothing', async (_, answer, reason) => {
    const error = await failing(await serve(answer));
    expect(error).toMatchObject({ code: 'download-failed' });
    expect((error as VggError).message).toContain(reason);
    expect((error as VggError).line).not.toContain('\n');
    expect(left()).toEqual([]);
  });

  test('fails on a peer that hangs', async () => {
    const error = await failing(await serve(() => {}), { timeout: 50 });
    expect((error as VggError).message).toContain('no answer within 0.05 s');
    expect(left()).toEqual([]);
  });

  test('fails on a peer that stops', async () => {
    const url = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('abc'),
    );
    // Enough for the answer to come on any machine; what follows never comes.
    const error = await failing(url, { timeout: 3_000, attempts: 1 });
    expect((error as VggError).message).toContain('no byte within 3 s');
    expect(left()).toEqual([]);
  });

  test('fails when the whole takes too long, and keeps the part', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      const more = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(more));
    });
    const error = await failing(url, { deadline: 1_000 });
    expect(error).toMatchObject({ code: 'download-failed' });
    expect((error as VggError).message).toContain('not whole within 1 s');
    expect(left()).toEqual(['data.bin.part']);
  });

  test.each<[string, http.OutgoingHttpHeaders]>([
    ['says to be', { 'content-length': content.length }],
    ['is', {}],
  ])('refuses an answer that %s larger than the limit', async (_, headers) => {
    const url = await serve((_, response) => void response.writeHead(200, headers).end(content));
    const error = await failing(url, { limit: content.length - 1 });
    expect(error).toMatchObject({ code: 'download-failed' });
    expect((error as VggError).message).toContain('more than 199999 bytes');
    expect(ranges).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  test('fails where nobody listens', async () => {
    const url = await serve(() => {});
    servers.pop()!.close();
    expect(await failing(url)).toMatchObject({ code: 'download-failed' });
  });

  test('refuses a file with another checksum and leaves nothing', async () => {
    const error = await failing(await serve((_, response) => void response.end('something else')));
    expect(error).toMatchObject({ code: 'data-checksum' });
    expect(left()).toEqual([]);
  });

  test('says that the cache cannot be made or written', async () => {
    writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
    expect(await failing(await serve(partly(Infinity)))).toMatchObject({ code: 'cache-unwritable' });
  });

  test('does not follow a link, and leaves what it points to alone', async () => {
    mkdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, 'other'), 'old');
    symlinkSync('../other', `${file}.part`);
    const error = await failing(await serve(partly(Infinity)));
    expect(error).toMatchObject({ code: 'cache-unwritable' });
    expect((error as VggError).message).toContain('symbolic link');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('old');
    expect(left()).toEqual([]);
  });
});

describe('a proxy', () => {
  test('gets the whole address of a plain download', async () => {
    let asked: string | undefined;
    const proxy = await serve((request, response) => {
      asked = request.url;
      response.end(content);
    });
    await download(new URL('http://data.invalid/data.bin'), file, {
      ...options,
      env: { HTTP_PROXY: `http://u:p@${proxy.host}` },
    });
    expect(asked).toBe('http://data.invalid/data.bin');
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test('is asked for a tunnel when the address is https', async () => {
    const asked: unknown[] = [];
    const proxy = await serve(() => {});
    servers[0]!.on('connect', (request, socket) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const env = { https_proxy: `http://u:p%40@${proxy.host}` };
    const error = await failing(new URL('https://data.invalid/data.bin'), { env, attempts: 1 });
    expect(asked).toEqual(['data.invalid:443', `Basic ${Buffer.from('u:p@').toString('base64')}`]);
    expect((error as VggError).message).toContain('answered 403');
  });

  test('that is silent is not waited for, nor held open', async () => {
    const proxy = await serve(() => {});
    const closed = new Promise<void>((resolve) => {
      servers[0]!.on('connect', (_, socket) => socket.on('end', resolve).resume());
    });
    const error = await failing(new URL('https://data.invalid/x'), {
      env: { https_proxy: proxy.host },
      timeout: 300,
      attempts: 1,
    });
    expect((error as VggError).message).toContain('no answer within 0.3 s');
    await closed;
  });

  test('that speaks SOCKS is refused', async () => {
    const error = await failing(new URL('http://data.invalid/x'), { env: { ALL_PROXY: 'socks5://p:1' } });
    expect((error as VggError).message).toContain('over http or https, not socks5');
  });

  test('opens a tunnel through which TLS is spoken', async () => {
    const proxy = await serve(() => {});
    let hello = 0;
    servers[0]!.on('connect', (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', (bytes: Buffer) => {
        hello = bytes[0]!;
        socket.destroy();
      });
    });
    const env = { https_proxy: proxy.host };
    expect(await failing(new URL('https://data.invalid/x'), { env, attempts: 1 })).toMatchObject({
      code: 'download-failed',
    });
    // 22 is the type of a TLS handshake record.
    expect(hello).toBe(22);
  });

  test.each([
    ['http://a.org/', { HTTP_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['http://a.org/', { http_proxy: 'p:1', HTTP_PROXY: 'http://q:1' }, 'http://p:1/'],
    ['https://a.org/', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['https://a.org/', { ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['http://a.org/', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'b.org, a.org' }, undefined],
    ['http://x.a.org/', { HTTP_PROXY: 'http://p:1', no_proxy: '.a.org' }, undefined],
    ['http://xa.org/', { HTTP_PROXY: 'http://p:1', no_proxy: 'a.org' }, 'http://p:1/'],
    ['http://a.org:81/', { HTTP_PROXY: 'http://p:1', no_proxy: 'a.org:80' }, 'http://p:1/'],
    ['http://a.org/', { HTTP_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    ['http://a.org/', { HTTP_PROXY: '' }, undefined],
  ])('for %s with %o is %s', (url, env, expected) => {
    expect(proxyFor(new URL(url), env)?.href).toBe(expected);
  });
});

describe('fashion-mnist', () => {
  const parts: Record<string, Buffer> = {
    'train-images-idx3-ubyte.gz': gzipSync(idx([1, 1, 2], [1, 2])),
    'train-labels-idx1-ubyte.gz': gzipSync(idx([1], [3])),
    't10k-images-idx3-ubyte.gz': gzipSync(idx([1, 1, 2], [4, 5])),
    't10k-labels-idx1-ubyte.gz': gzipSync(idx([1], [6])),
  };
  const files = Object.entries(parts).map(([name, bytes]) => [name, md5(bytes)] as const);
  const mirror = async (answer?: http.RequestListener) =>
    (
      await serve(
        answer ?? ((request, response) => void response.end(parts[request.url!.slice('/data.bin/'.length)])),
      )
    ).href;

  test('is downloaded once into the cache and read from there', async () => {
    const env = { XDG_CACHE_HOME: folder, VGG_INSPECT_FASHION_MNIST: await mirror() };
    const first = await fashionMnist(10, { env, files });
    expect(first).toMatchObject({ name: 'fashion-mnist', train: { count: 1 } });
    expect([...first.test.pixels]).toEqual([4, 5]);
    expect(ranges).toHaveLength(4);
    await fashionMnist(10, { env, files });
    expect(ranges).toHaveLength(4);
  });

  test('fetches a cached file again when its checksum is wrong', async () => {
    const env = { XDG_CACHE_HOME: folder, VGG_INSPECT_FASHION_MNIST: await mirror() };
    await fashionMnist(10, { env, files });
    writeFileSync(join(folder, 'vgg-inspect', 'fashion-mnist', files[2]![0]), 'cut');
    await fashionMnist(10, { env, files });
    expect(ranges).toHaveLength(5);
  });

  test('asks for the real checksums', async () => {
    const env = { XDG_CACHE_HOME: folder, VGG_INSPECT_FASHION_MNIST: await mirror() };
    await expect(fashionMnist(10, { env })).rejects.toMatchObject({
      code: 'data-checksum',
      args: { expected: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
    });
  });

  test('refuses a mirror that is no address', async () => {
    const env = { XDG_CACHE_HOME: folder, VGG_INSPECT_FASHION_MNIST: 'ftp://x' };
    await expect(fashionMnist(10, { env })).rejects.toMatchObject({ code: 'bad-mirror' });
  });

  test('keeps its cache where XDG says', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/vgg-inspect');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/\/\.cache\/vgg-inspect$/);
  });
});
