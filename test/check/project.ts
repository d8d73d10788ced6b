import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runFake, type FakeProcess } from '../cli/fake-io.ts';

/** A folder of its own with these files, and `vgg-inspect check` in it. */
export function project(files: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'vgg-inspect-check-'));
  const write = (name: string, text: string) => {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  };
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    cwd,
    write,
    read,
    edit: (name: string, from: string | RegExp, to: string) => {
      const before = read(name);
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${from} is not in ${name}`);
      write(name, after);
    },
    names: () => readdirSync(cwd).sort(),
    check: (argv: readonly string[] = [], fake: FakeProcess = {}) =>
      runFake(['check', ...argv], { cwd, ...fake }),
  };
}

export const LOCK = 'vgg-inspect.lock.yaml';

/** Two models: one built in, one from a spec beside the budgets. */
export const small = () =>
  project({
    'vgg-inspect.yaml': `models:
  - arch: lenet
    assert: params==61706
  - arch: net.yaml
    name: tiny
    assert:
      - params<=1e6
      - layers.conv1.outputShape==1x8x26x26
`,
    'net.yaml': `name: tiny
input: [1, 28, 28]
layers:
  - conv2d: {out_channels: 8, kernel_size: 3}
  - relu
  - conv2d: {out_channels: 4, kernel_size: 3}
  - flatten
  - linear: {out_features: 10}
`,
  });
