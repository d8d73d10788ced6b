import { describe, expect, test } from 'vitest';
import { LOCK, project, small } from './project.ts';

/** The budgets, and what stderr must say. */
const budgets: readonly (readonly [about: string, text: string, words: RegExp])[] = [
  ['no models', 'models: []', /^error: b\.yaml:1:1: the file has no models \(add for example/],
  ['nothing', '', /^error: b\.yaml: the file has no models/],
  [
    'a misspelled key',
    'modles: [{arch: lenet}]',
    /b\.yaml:1:1: unknown key 'modles' \(did you mean models\?/,
  ],
  ['a misspelled option', 'models: [{arch: lenet, inptu: 1x28x28}]', /1:24: unknown key 'inptu'.*input/],
  ['an option of another command', 'models: [{arch: lenet, only: conv}]', /unknown key 'only'/],
  ['no network', 'models: [{name: x}]', /1:10: the architecture is missing/],
  [
    'an unknown network',
    'models: [{arch: vgg12}]',
    /1:10: unknown architecture 'vgg12' \(did you mean vgg11/,
  ],
  [
    'standard input',
    "models: [{arch: '-'}]",
    /1:17: arch must be a built-in name or the file of a spec, not '-'/,
  ],
  ['a missing spec', 'models: [{arch: no.yaml}]', /b\.yaml:1:10: no\.yaml: there is no such file/],
  ['a bad spec', 'models: [{arch: bad.yaml}]', /^error: bad\.yaml:2:12: .*conv2dd/],
  [
    'the same model twice',
    'models:\n  - arch: lenet\n  - arch: lenet\n',
    /b\.yaml:3:5: duplicate model 'lenet', first in line 2 \(remove one of them/,
  ],
  ['the same name twice', 'models: [{arch: lenet, name: a}, {arch: vgg11, name: a}]', /duplicate model 'a'/],
  ['a key twice', 'models: [{arch: lenet, arch: vgg11}]', /b\.yaml:1:\d+: .*arch/],
  [
    'a number that is not one',
    'models: [{arch: lenet, assert: params==many}]',
    /1:32: assert 'params==many'/,
  ],
  ['no comparison', 'models: [{arch: lenet, assert: params}]', /1:32: assert 'params' is not a comparison/],
  ['an assertion that is a number', 'models: [{arch: lenet, assert: 5}]', /an assertion must be a text/],
  ['an option that is not a number', 'models: [{arch: lenet, batch: four}]', /1:31: --batch must be/],
  [
    'a flag that is none',
    'models: [{arch: lenet, foreach: 3}]',
    /1:33: foreach must be true or false, not 3/,
  ],
  [
    'a layer that does not exist',
    'models: [{arch: vgg11, assert: layers.block1.conv2.params==640}]',
    /1:32: assert .* unknown field 'layers\.block1\.conv2\.params' \(did you mean layers\.block1\.conv1\.params/,
  ],
  [
    'a field that does not exist',
    'models: [{arch: lenet, assert: totals.parms==61706}]',
    /unknown field 'totals\.parms' \(did you mean totals\.params/,
  ],
  [
    'an unknown convention',
    'models: [{arch: lenet, convention: hnad}]',
    /unknown convention 'hnad' \(did you mean hand/,
  ],
  ['broken YAML', 'models: [{arch: lenet', /^error: b\.yaml:\d+:\d+: not valid YAML/],
  ['a list', '- lenet', /b\.yaml:1:1: the file must be a mapping with models/],
  ['models that are no list', 'models: lenet', /1:9: models must be a list/],
  ['an image that is too small', 'models: [{arch: lenet, input: 1x4x4}]', /b\.yaml:1:10: /],
];

describe('budgets: one line, exit code 2, empty stdout, no lock written', () => {
  test.each(budgets)('%s', async (_, text, words) => {
    const at = project({ 'b.yaml': text, 'bad.yaml': 'input: [1, 8, 8]\nlayers: [{ conv2dd: {} }]\n' });
    for (const argv of [['b.yaml'], ['b.yaml', '--update']]) {
      const { code, stdout, stderr } = await at.check(argv);
      expect({ code, stdout, lines: stderr.split('\n').length - 1 }).toEqual({
        code: 2,
        stdout: '',
        lines: 1,
      });
      expect(stderr).toMatch(words);
    }
    expect(at.names()).toEqual(['b.yaml', 'bad.yaml']);
  });
});

/** How the lock is spoilt, and what stderr must say. */
const spoilt: readonly (readonly [about: string, from: string | RegExp, to: string, words: RegExp])[] = [
  [
    'a newer schema',
    'schemaVersion: 1',
    'schemaVersion: 2\nfuture: yes',
    /:4:16: the lock has schema 2, this version of vgg-inspect reads up to 1 \(use the version that wrote it/,
  ],
  ['no schema', 'schemaVersion: 1\n', '', /a lock has no schemaVersion/],
  [
    'a schema that is not a number',
    'schemaVersion: 1',
    'schemaVersion: one',
    /schemaVersion must be a whole number/,
  ],
  ['no models', /^models:[^]*/m, '', /a lock has no models/],
  ['an unknown key', 'models:', 'modles: {}\nmodels:', /a lock has no key 'modles' \(did you mean models/],
  [
    'a text for a number',
    'params: 61706',
    'params: many',
    /params of totals of the lock of lenet must be a whole number, not 'many'/,
  ],
  ['not a number', 'params: 61706', 'params: .nan', /must be a whole number/],
  ['a fraction', 'params: 61706', 'params: 61706.5', /must be a whole number, not '?61706\.5/],
  ['a negative number', 'params: 61706', 'params: -1', /must be a whole number/],
  ['one beyond 2^53', 'params: 61706', 'params: 9007199254740993', /must be a whole number/],
  ['a number for a text', 'dtype: float32', 'dtype: 32', /dtype of the lock of lenet must be a text/],
  ['a missing part', /^ {4}memory:\n.*\n.*\n/m, '', /the lock of lenet has no memory/],
  ['no type', /^ {4}dtype: .*\n/m, '', /the lock of lenet has no dtype/],
  ['a layer that is a number', /conv1: \{.*\}/, 'conv1: 5', /conv1 in the lock of lenet/],
  ['broken YAML', 'models:', 'models: [', /not valid YAML|indented/],
  ['markers of a merge', 'models:', '<<<<<<< ours\nmodels:', /vgg-inspect\.lock\.yaml:\d+:\d+: /],
];

describe('locks: one line with its place, exit code 2, nothing overwritten', () => {
  test.each(spoilt)('%s', async (_, from, to, words) => {
    const at = small();
    await at.check(['--update']);
    at.edit(LOCK, from, to);
    const before = at.read(LOCK);
    for (const argv of [[], ['--update']]) {
      const { code, stdout, stderr } = await at.check(argv);
      expect({ code, stdout, lines: stderr.split('\n').length - 1 }).toEqual({
        code: 2,
        stdout: '',
        lines: 1,
      });
      expect(stderr).toMatch(/^error: vgg-inspect\.lock\.yaml:\d+:\d+: /);
      expect(stderr).toMatch(words);
    }
    expect(at.read(LOCK)).toBe(before);
    expect(at.names()).toEqual(['net.yaml', LOCK, 'vgg-inspect.yaml']);
  });
});

test('a model that cannot be analyzed leaves the lock of the others alone', async () => {
  const at = small();
  await at.check(['--update']);
  const before = at.read(LOCK);
  at.edit('vgg-inspect.yaml', 'arch: lenet', 'arch: lenet\n    ratio: 2\n  - arch: vgg12');
  expect((await at.check(['--update'])).code).toBe(2);
  expect(at.read(LOCK)).toBe(before);
});

test.each<[string, string[], RegExp]>([
  ['no file of budgets', [], /^error: vgg-inspect\.yaml: the budget file does not exist \(write one: /],
  ['a second file', ['a', 'b'], /one argument too many: 'b'/],
  [
    'a format of other commands',
    ['--format', 'csv'],
    /--format must be table, json, junit, github, markdown or latex/,
  ],
  ['two formats', ['--json', '--format', 'junit'], /--json and --format junit contradict each other/],
  ['a folder', ['.'], /^error: \.: is a folder/],
])('%s', async (_, argv, words) => {
  const { code, stdout, stderr } = await project({}).check(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(words);
});

test('a place names the file as one would from where the command was called', async () => {
  const at = project({
    'ci/b.yaml': 'models: [{arch: nets/bad.yaml}]',
    'ci/nets/bad.yaml': 'input: [1, 8, 8]\nlayers: [{ conv2dd: {} }]\n',
  });
  expect((await at.check(['ci/b.yaml'])).stderr).toMatch(/^error: ci\/nets\/bad\.yaml:2:12: /);
});
