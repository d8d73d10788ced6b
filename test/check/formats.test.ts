import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/check/check-result.ts';
import { LOCK, project, small } from './project.ts';
import { parseXml, type Element } from './xml.ts';

/** Characters that some format gives a meaning, in a name and in what is compared. */
const NASTY = `a&b <c> "d" 'e' %0A, f:g::h | \`i\` *j* é 漢 🙂`;
const nasty = () => {
  const text = JSON.stringify(NASTY);
  return project({
    'vgg-inspect.yaml': `models:\n  - arch: lenet\n    name: ${text}\n    assert: [params==1, macs==416520]\n`,
  });
};

/** A model that fails its budget and differs from its lock. */
async function failing() {
  const at = small();
  await at.check(['--update']);
  at.edit('net.yaml', 'out_channels: 8', 'out_channels: 9');
  return at;
}

describe('JUnit XML', () => {
  const check = async (at: ReturnType<typeof project>) => {
    const { code, stdout } = await at.check(['--format', 'junit']);
    return { code, root: parseXml(stdout) };
  };

  test('a suite a model, a case a budget and one for the lock, whose numbers add up', async () => {
    const { code, root } = await check(await failing());
    expect(code).toBe(1);
    expect(root).toMatchObject({
      name: 'testsuites',
      attributes: { tests: '5', failures: '2', errors: '0' },
    });
    const cases = root.children.flatMap(({ children }) => children);
    expect(cases).toHaveLength(5);
    for (const suite of root.children) {
      expect(suite.name).toBe('testsuite');
      const failed = suite.children.filter(({ children }) => children.length > 0);
      expect(suite.attributes['tests']).toBe(String(suite.children.length));
      expect(suite.attributes['failures']).toBe(String(failed.length));
    }
    for (const { name, attributes, children } of cases) {
      expect(name).toBe('testcase');
      expect(Object.keys(attributes)).toEqual(['classname', 'name', 'file', 'line']);
      for (const failure of children) expect(failure.name).toBe('failure');
    }
  });

  test('the lock fails with the layers that changed', async () => {
    const { root } = await check(await failing());
    const lock = root.children[1]!.children.find(({ attributes }) => attributes['name'] === 'lock')!;
    const [failure] = lock.children as [Element];
    expect(failure.attributes['message']).toMatch(
      /^conv1: outputShape 1x8x26x26 → 1x9x26x26, params 80 → 90/,
    );
    expect(failure.text).toMatch(/^relu1: /m);
    expect(failure.text).toMatch(/^totals: /m);
  });

  test('any name comes through', async () => {
    const { root } = await check(nasty());
    const [suite] = root.children;
    expect(suite!.attributes['name']).toBe(NASTY);
    expect(suite!.children.map(({ attributes }) => attributes['classname'])).toEqual([NASTY, NASTY]);
  });

  test('characters that XML does not allow are replaced', async () => {
    const { check: run } = await failing();
    const { stdout } = await run(['--format', 'junit']);
    const { checkReport } = await import('../../src/report/subjects/check.ts');
    const { writeReport } = await import('../../src/report/write.ts');
    const at = { file: 'a\u0007\uFFFE\uD800', line: 1, column: 1 };
    const model = { name: '\u001B[31m', at, params: 1, macs: 1, budgets: [], changes: [], warnings: [] };
    const lock = { file: LOCK, state: 'checked', stale: [] } as const;
    const result: CheckResult = {
      schemaVersion: 1,
      file: '\u0000',
      lock,
      models: [{ ...model, lock: 'new', passed: false }],
      passed: false,
    };
    const text = await writeReport(checkReport(result), 'junit', { width: 80, color: false });
    expect(parseXml(text).children[0]!.attributes['name']).toBe('?[31m');
    expect(parseXml(stdout).name).toBe('testsuites');
  });
});

/** Reads workflow commands as GitHub's runner does. */
function annotations(stdout: string) {
  const unescape = (text: string) =>
    text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%3A/g, ':').replace(/%2C/g, ',');
  return stdout.split('\n').flatMap((line) => {
    const match = /^::(\w+) (.*?)::(.*)$/.exec(line);
    if (!match) return [];
    const [, level, properties, message] = match;
    const pairs = properties!.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), unescape(pair.slice(at + 1)).replace(/%25/g, '%')];
    });
    const text = message!.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
    return [{ level, ...Object.fromEntries(pairs), message: text } as Record<string, string>];
  });
}

describe('GitHub annotations', () => {
  test('each failure marks its file and line', async () => {
    const at = await failing();
    const { code, stdout } = await at.check(['--format', 'github']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=vgg-inspect\.yaml,line=8,col=9,title=tiny::budget layers\.conv1\./m,
    );
    expect(stdout).toMatch(/^::error file=net\.yaml,line=4,col=5,title=tiny::conv1: outputShape/m);
    const totals = annotations(stdout).find(({ message }) => message!.startsWith('totals: '))!;
    const line = at.read(LOCK).split('\n')[Number(totals['line']) - 1];
    expect({ file: totals['file'], line }).toEqual({ file: LOCK, line: '  tiny:' });
  });

  test('any name comes through, and none begins a command of its own', async () => {
    const at = nasty();
    const { stdout } = await at.check(['--format', 'github']);
    const found = annotations(stdout);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ level: 'error', title: NASTY, line: '4' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('as many as GitHub shows, shared by the models that fail', async () => {
    const models = (arch: string) => ['a', 'b', 'c'].map((name) => ({ name, arch }));
    const at = project({ 'vgg-inspect.yaml': JSON.stringify({ models: models('lenet') }) });
    await at.check(['--update']);
    at.write(
      'vgg-inspect.yaml',
      JSON.stringify({ models: [...models('vgg11').slice(0, 2), models('lenet')[2]] }),
    );
    const found = annotations((await at.check(['--format', 'github'])).stdout);
    const of = (name: string) => found.filter(({ title }) => title === name);
    expect([of('a').length, of('b').length, of('c').length]).toEqual([5, 5, 0]);
    const { models: results } = JSON.parse((await at.check(['--json'])).stdout);
    const more = results[0].changes.length - 5;
    expect(of('a')[4]!['message']).toMatch(new RegExp(`; and ${more} more, which the summary has$`));
  });

  test('warnings are annotations too, and a passing run has no error', async () => {
    const at = project({ 'vgg-inspect.yaml': 'models: [{arch: vgg11, input: 1x96x96}]' });
    const { code, stdout } = await at.check(['--format', 'github']);
    expect(code).toBe(0);
    expect(new Set(annotations(stdout).map(({ level }) => level))).toEqual(new Set(['warning']));
  });

  test('the summary is appended to the file that GitHub names', async () => {
    const at = await failing();
    at.write('summary.md', 'before\n');
    const env = { GITHUB_STEP_SUMMARY: 'summary.md' };
    await at.check(['--format', 'github'], { env });
    const { stdout: markdown } = await at.check(['--format', 'markdown'], { env });
    expect(at.read('summary.md')).toBe(`before\n${markdown}\n`);
    const { code, stderr } = await at.check(['--format', 'github'], {
      env: { GITHUB_STEP_SUMMARY: 'no/dir' },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot write no\/dir: .*\n$/);
  });
});

test('Markdown has a table of all models, and every failure with its place', async () => {
  const { stdout } = await (await failing()).check(['--format', 'markdown']);
  expect(stdout).toMatch(/^### vgg-inspect: 1 model passes, 1 fails$/m);
  expect(stdout).toMatch(/^\| ✅ +\| lenet +\| +61,706 \| 416,520 \| 1 of 1 +\| same +\|$/m);
  expect(stdout).toMatch(/^\| ❌ +\| tiny +\|/m);
  expect(stdout).toMatch(/^- conv1: .* \(net\.yaml:4\)$/m);
  const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) => line.match(/(?<!\\)\|/g)!.length;
  expect(new Set(rows.map(cells))).toEqual(new Set([7]));
  const { stdout: odd } = await nasty().check(['--format', 'markdown']);
  const table = odd.split('\n').filter((line) => line.startsWith('|'));
  expect(new Set(table.map(cells))).toEqual(new Set([7]));
});

describe('JSON', async () => {
  const read = async (name: string) =>
    JSON.parse(
      await readFile(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
    ) as object;
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const name of ['analysis', 'check']) ajv.addSchema(await read(name));
  const validate = ajv.getSchema('urn:vgg-inspect:check:1')!;
  const valid = (text: string) => {
    void validate(JSON.parse(text));
    return validate.errors ?? [];
  };

  test('is as the schema says, whatever comes of it', async () => {
    const at = await failing();
    const runs = [await at.check(['--json'])];
    at.edit('vgg-inspect.yaml', '- arch: lenet', '- arch: alexnet');
    runs.push(await at.check(['--json']), await at.check(['--json', '--update']));
    runs.push(await nasty().check(['--json']));
    runs.push(
      await project({ 'vgg-inspect.yaml': 'models: [{arch: vgg11, input: 1x96x96}]' }).check(['--json']),
    );
    for (const { stdout } of runs) expect(valid(stdout)).toEqual([]);
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 1, 1, 0]);
  });

  test('the schema refuses what is no result', async () => {
    const good = JSON.parse((await (await failing()).check(['--json'])).stdout);
    for (const bad of [
      { ...good, schemaVersion: 2 },
      { ...good, passed: 'no' },
      { ...good, lock: { ...good.lock, state: 'locked' } },
      { ...good, models: [{ ...good.models[0], params: -1 }] },
      { ...good, models: [{ ...good.models[0], lock: 'old' }] },
    ]) {
      expect(validate(bad)).toBe(false);
    }
  });
});
