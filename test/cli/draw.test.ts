import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const draw = (line: string, cwd?: string) =>
  runFake(['draw', ...line.split(' ')], cwd === undefined ? {} : { cwd });

test('a figure goes to stdout as SVG, or to a file as what its name says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-draw-'));
  const { code, stdout, stderr } = await draw('lenet');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^]*<\/svg>\n$/);
  expect(await draw('lenet -o net.SVG', folder)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(join(folder, 'net.SVG'), 'utf8')).toBe(stdout);
  await draw('lenet -o net.tex', folder);
  expect(readFileSync(join(folder, 'net.tex'), 'utf8')).toMatch(
    /\\begin\{tikzpicture\}[^]*\\end\{tikzpicture\}/,
  );
});

test('the styles differ', async () => {
  const drawn = await Promise.all(
    ['graph', 'blocks', 'volumes'].map((style) => draw(`lenet --style ${style}`)),
  );
  expect(new Set(drawn.map(({ stdout }) => stdout)).size).toBe(3);
  expect((await draw('lenet')).stdout).toBe(drawn[0]!.stdout);
});

test.each([
  [
    'lenet -o net.png',
    /^error: 'net.png': figures are written as .svg or .tex, not .png \(.*rsvg-convert.*\)\n$/,
  ],
  ['lenet -o net', /^error: 'net': figures are written as .svg or .tex \(end the name .*\)\n$/],
  ['lenet --style cubes', /^error: --style must be graph, blocks or volumes, not 'cubes'\n$/],
  ['lenet --depth 0', /^error: --depth must be a whole number/],
])('%s is refused', async (line, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-draw-'));
  const { code, stdout, stderr } = await draw(line, folder);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(words);
  expect(readdirSync(folder)).toEqual([]);
});
