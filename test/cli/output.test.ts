import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFake, type FakeProcess } from './fake-io.ts';

const ESCAPE = '\u001b[';
const folder = () => mkdtempSync(join(tmpdir(), 'vgg-inspect-'));

test('the list of architectures fits in 80 columns, and a wider terminal shows more of each', async () => {
  const { stdout } = await runFake(['list', 'architectures'], {
    isTTY: true,
    columns: 80,
    env: { NO_COLOR: '1' },
  });
  const wide = await runFake(['list', 'architectures'], {
    isTTY: true,
    columns: 140,
    env: { NO_COLOR: '1' },
  });
  expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^torchvision\/fcn_resnet50 +3×520×520 {2}FCN, ResNet-50$/m);
  expect(wide.stdout).toMatch(/^torchvision\/fcn_resnet50 +torchvision +3×520×520 +21 {2}FCN, ResNet-50$/m);
});

describe('color', () => {
  const cases: [string, boolean, FakeProcess, string[]][] = [
    ['a terminal', true, { isTTY: true }, []],
    ['no terminal', false, {}, []],
    ['NO_COLOR', false, { isTTY: true, env: { NO_COLOR: '1' } }, []],
    ['an empty NO_COLOR', true, { isTTY: true, env: { NO_COLOR: '' } }, []],
    ['TERM=dumb', false, { isTTY: true, env: { TERM: 'dumb' } }, []],
    ['FORCE_COLOR', true, { env: { FORCE_COLOR: '1' } }, []],
    ['FORCE_COLOR=0', false, { isTTY: true, env: { FORCE_COLOR: '0' } }, []],
    ['FORCE_COLOR against NO_COLOR', true, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, []],
    ['--no-color', false, { isTTY: true, env: { FORCE_COLOR: '1' } }, ['--no-color']],
    ['--color', true, { env: { NO_COLOR: '1' } }, ['--color']],
    ['JSON', false, { isTTY: true, env: { FORCE_COLOR: '1' } }, ['--json']],
    ['CSV', false, { isTTY: true, env: { FORCE_COLOR: '1' } }, ['--format', 'csv']],
    ['Markdown', false, { isTTY: true, env: { FORCE_COLOR: '1' } }, ['--format', 'markdown']],
  ];
  test.each(cases)('%s: %s', async (_, colored, fake, flags) => {
    const { stdout } = await runFake(['vgg11', ...flags], fake);
    expect(stdout.includes(ESCAPE)).toBe(colored);
    expect((await runFake(['compare', 'lenet', 'vgg11', ...flags], fake)).stdout.includes(ESCAPE)).toBe(
      colored,
    );
    expect((await runFake(['list', ...flags], fake)).stdout.includes(ESCAPE)).toBe(colored);
  });

  test('errors and warnings are never colored', async () => {
    const fake = { isTTY: true, env: { FORCE_COLOR: '1' } };
    expect((await runFake(['vgg12'], fake)).stderr).not.toContain(ESCAPE);
    expect((await runFake(['vgg11', '--input', '1x1x96x96'], fake)).stderr).not.toContain(ESCAPE);
  });
});

describe('width', () => {
  const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));
  const width = async (fake: FakeProcess) => widest((await runFake(['vgg11', '--no-color'], fake)).stdout);

  test('80 columns off a terminal', async () => {
    expect(await width({})).toBeLessThanOrEqual(80);
    expect(await width({ env: { COLUMNS: 'wide' } })).toBe(await width({}));
  });

  test('COLUMNS counts off a terminal, the terminal on one', async () => {
    expect(await width({ env: { COLUMNS: '120' } })).toBeGreaterThan(80);
    expect(await width({ isTTY: true, columns: 120 })).toBe(await width({ env: { COLUMNS: '120' } }));
    expect(await width({ isTTY: true, columns: 80, env: { COLUMNS: '120' } })).toBe(await width({}));
  });
});

describe('-o', () => {
  test('writes the same text, without color, and nothing to stdout', async () => {
    const cwd = folder();
    const { stdout } = await runFake(['vgg11']);
    const result = await runFake(['vgg11', '-o', 'out.txt'], { cwd, isTTY: true, env: { FORCE_COLOR: '1' } });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe(stdout);
    expect(readdirSync(cwd)).toEqual(['out.txt']);
  });

  test('- is stdout', async () => {
    expect((await runFake(['vgg11', '-o', '-'])).stdout).toBe((await runFake(['vgg11'])).stdout);
  });

  test('replaces a file whole, keeping its mode', async () => {
    const cwd = folder();
    const file = join(cwd, 'real.txt');
    writeFileSync(file, 'x'.repeat(100_000));
    chmodSync(file, 0o640);
    expect((await runFake(['vgg11', '--json', '-o', 'real.txt'], { cwd })).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).model.name).toBe('vgg11');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd)).toEqual(['real.txt']);
  });

  test('refuses a link, and leaves it and what it points to alone', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'real.txt'), 'before');
    symlinkSync('real.txt', join(cwd, 'link.txt'));
    const { code, stdout, stderr } = await runFake(['vgg11', '-o', 'link.txt'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: cannot write link\.txt: it is a symbolic link/);
    expect(readFileSync(join(cwd, 'real.txt'), 'utf8')).toBe('before');
    expect(lstatSync(join(cwd, 'link.txt')).isSymbolicLink()).toBe(true);
  });

  test('an error leaves the file as it was', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'out.txt'), 'before');
    expect((await runFake(['vgg11', '--assert', 'x==1', '-o', 'out.txt'], { cwd })).code).toBe(2);
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe('before');
  });

  test('a failed assertion still writes the report', async () => {
    const cwd = folder();
    expect((await runFake(['vgg11', '--assert', 'params==1', '-o', 'out.txt'], { cwd })).code).toBe(1);
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toContain('128,806,154');
  });
});
