import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../src/cli/commands/registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}
const action = parse(read('action.yml')) as Action;

/** A folder first on the path whose `npx` notes its arguments and runs the program that was built here. */
function fakeNpx() {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-action-'));
  const bin = join(root, 'bin', 'vgg-inspect.js');
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > "$ARGUMENTS"\nshift 2\nexec '${process.execPath}' '${bin}' "$@"\n`;
  writeFileSync(join(folder, 'npx'), script);
  chmodSync(join(folder, 'npx'), 0o755);
  return folder;
}

/** Runs the action's step as a runner does, in the repository. */
async function run(inputs: Readonly<Record<string, string>>) {
  const folder = fakeNpx();
  const [step] = action.runs.steps;
  const values = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? String(input.default)]),
  );
  const env = Object.fromEntries(
    Object.entries(step!.env).map(([name, text]) => [
      name,
      text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input: string) => values[input]!),
    ]),
  );
  const [summary, noted] = [join(folder, 'summary.md'), join(folder, 'arguments')];
  writeFileSync(summary, '');
  const { FORCE_COLOR: _, NO_COLOR: __, ...outside } = process.env;
  const outcome = await promisify(execFile)(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step!.run],
    {
      cwd: root,
      env: {
        ...outside,
        ...env,
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        ARGUMENTS: noted,
        GITHUB_STEP_SUMMARY: summary,
      },
    },
  ).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
  return {
    ...outcome,
    folder,
    summary: readFileSync(summary, 'utf8'),
    noted: readFileSync(noted, 'utf8').trimEnd().split('\n'),
  };
}

describe('the GitHub Action', () => {
  test('is a composite one whose inputs are described, and no input becomes a part of the script', () => {
    const { inputs, runs } = action;
    expect(runs.using).toBe('composite');
    expect(Object.keys(inputs)).toEqual(['file', 'lock', 'format', 'output', 'version']);
    for (const { description } of Object.values(inputs)) expect(description).toMatch(/\w\.$/);
    const [step, ...others] = runs.steps;
    expect(others).toEqual([]);
    expect(step!.run).not.toContain('${{');
    const used = Object.values(step!.env).map((text) => /^\$\{\{ inputs\.(\w+) \}\}$/.exec(text)?.[1]);
    expect(used.sort()).toEqual(Object.keys(inputs).sort());
  });

  test('runs the release that it belongs to', () => {
    expect(action.inputs['version']!.default).toBe(version);
  });

  test('budgets that hold: exit 0, no annotation, a summary', async () => {
    const { code, stdout, stderr, summary, noted } = await run({ file: 'fixtures/check/vgg-inspect.yaml' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('::error');
    expect(stdout).toContain('4 models pass; checked against fixtures/check/vgg-inspect.lock.yaml');
    expect(summary).toMatch(/^### vgg-inspect: 4 models pass$/m);
    expect(noted).toEqual([
      '--yes',
      `vgg-inspect@${version}`,
      'check',
      '--format',
      'github',
      '--',
      'fixtures/check/vgg-inspect.yaml',
    ]);
  });

  test('a budget that does not: exit 1, an annotation at its line, a summary that has it', async () => {
    const { code, stdout, summary } = await run({ file: 'fixtures/check/failing.yaml' });
    expect(code).toBe(1);
    expect(stdout.match(/^::error /gm)).toHaveLength(1);
    expect(stdout).toMatch(
      /^::error file=fixtures\/check\/failing\.yaml,line=9,col=9,title=tiny-vgg::budget macs<=1e9 \(expected/m,
    );
    expect(read('fixtures/check/failing.yaml').split('\n')[8]).toBe('      - macs<=1e9');
    expect(summary).toMatch(/^### vgg-inspect: 1 model passes, 1 fails$/m);
    expect(summary).toContain('(fixtures/check/failing.yaml:9)');
  });

  test('a report to a file, another lock, another release', async () => {
    const output = join(mkdtempSync(join(tmpdir(), 'vgg-inspect-')), 'a report.xml');
    const { code, stdout, noted } = await run({
      file: 'fixtures/check/vgg-inspect.yaml',
      lock: 'fixtures/check/vgg-inspect.lock.yaml',
      format: 'junit',
      output,
      version: '0.2',
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(output, 'utf8')).toMatch(/^<\?xml/);
    expect(noted[1]).toBe('vgg-inspect@0.2');
  });

  test('an input is never a command', async () => {
    const file = '$(touch hacked) `touch hacked`; touch hacked #"\'.yaml';
    const { code, stderr, noted } = await run({ file });
    expect(code).toBe(2);
    expect(noted.at(-1)).toBe(file);
    expect(stderr).toMatch(/^error: .*the budget file does not exist/);
    expect(() => readFileSync(join(root, 'hacked'))).toThrow();
    // A name that begins like an option is a name.
    expect((await run({ file: '--help' })).stderr).toMatch(/^error: --help: the budget file does not exist/);
  });
});

test('the pre-commit hook runs a command that exists, for files that a model may stand in', () => {
  const [hook, ...others] = parse(read('.pre-commit-hooks.yaml')) as Record<string, unknown>[];
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ language: 'node', pass_filenames: false, types_or: ['yaml', 'json'] });
  const [program, command, ...options] = String(hook!['entry']).split(' ');
  const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
  expect(Object.keys(bin)).toContain(program);
  expect(commands.has(command!)).toBe(true);
  expect(options).toEqual([]);
});
