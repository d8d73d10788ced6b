import { describe, expect, test } from 'vitest';
import { refusal, withLayers } from './analyze-spec.ts';

describe('a spec that is refused says where and why', () => {
  test.each<[string, string, string | RegExp]>([
    [
      'only comments',
      '# nothing\n',
      'net.yaml: the spec is empty (it needs input and layers; docs/spec.md shows one)',
    ],
    ['only a marker', '---\n', /^net.yaml: the spec is empty/],
    ['a word', 'hello\n', "net.yaml:1:1: a spec must be a mapping with input and layers, not 'hello'"],
    ['a list', '- relu\n', /^net.yaml:1:1: a spec must be a mapping/],
    ['an unclosed bracket', 'input: [1, 8, 8\nlayers: [relu]\n', /^net.yaml:2:1: not valid YAML: /],
    ['a tab for indentation', 'input: [1, 8, 8]\nlayers:\n\t- relu\n', /^net.yaml:3:1: not valid YAML: /],
    [
      'two documents',
      withLayers('  - relu\n---\na: 1\n'),
      /^net.yaml:4:1: a second YAML document begins here/,
    ],
    [
      'a key twice',
      'input: [1, 8, 8]\nlayers: [relu]\ninput: [1, 8, 8]\n',
      "net.yaml:3:1: the key 'input' appears twice in this mapping (keep one of them)",
    ],
    [
      'an argument twice',
      withLayers('  - relu: {inplace: true, inplace: false}\n'),
      /^net.yaml:3:27: the key 'inplace' appears twice/,
    ],
    [
      'an unknown key',
      'inptu: [1, 8, 8]\nlayers: [relu]\n',
      "net.yaml:1:1: a spec has no key 'inptu' (did you mean input, inputs?)",
    ],
    [
      'the key __proto__',
      '__proto__: 1\ninput: [1, 8, 8]\nlayers: [relu]\n',
      /^net.yaml:1:1: a spec has no key '__proto__' \(it has name, input, inputs, outputs, classes, layers\)/,
    ],
    ['a key that is no text', '? [a]\n: 1\n', /^net.yaml:1:3: (a key must be a word|not valid YAML)/],
    [
      'no input',
      'layers: [relu]\n',
      'net.yaml:1:1: the spec has no input (add for example input: [3, 224, 224])',
    ],
    ['no layers', 'input: [1, 8, 8]\n', /^net.yaml:1:1: the spec has no layers/],
    [
      'no layer',
      'input: [1, 8, 8]\nlayers: []\n',
      /^net.yaml:2:9: layers must be a list of at least one layer/,
    ],
    [
      'layers: nothing',
      'input: [1, 8, 8]\nlayers:\n',
      /^net.yaml:2:1: layers must be a list of layers|net.yaml:2:\d+: layers must be/,
    ],
    [
      'an input without sizes',
      'input: []\nlayers: [relu]\n',
      "net.yaml:1:8: input must be a list of sizes without the batch, such as [3, 224, 224], not '[]'",
    ],
    [
      'an image for what is none',
      'input: [8, 8]\nlayers: [{conv2d: {out_channels: 4, kernel_size: 3}}]\n',
      /^net.yaml:2:11: conv1: conv2d takes N×C×H×W, but 1×8×8 comes in/,
    ],
    ['an input as text', 'input: 1x8x8\nlayers: [relu]\n', /^net.yaml:1:8: input must be a list of sizes/],
    [
      'input and inputs',
      'input: [1, 8, 8]\ninputs: {a: [1, 8, 8]}\nlayers: [relu]\n',
      'net.yaml:2:1: the spec has both input and inputs (leave one out)',
    ],
    [
      'inputs without names',
      'inputs: [[1, 8, 8]]\nlayers: [relu]\n',
      /^net.yaml:1:9: inputs must be a mapping/,
    ],
    ['no inputs', 'inputs: {}\nlayers: [relu]\n', /^net.yaml:1:9: inputs must be a mapping/],
    [
      'an input named by a number',
      'inputs: {1a: [1, 8, 8]}\nlayers: [relu]\n',
      /^net.yaml:1:10: '1a' cannot be the name of an input/,
    ],
    [
      'an input of an unknown type',
      'inputs: {ids: {shape: [8], dtype: int32}}\nlayers: [relu]\n',
      "net.yaml:1:35: dtype must be float, int64 or bool, not 'int32'",
    ],
    [
      'an input with an unknown key',
      'inputs: {ids: {shape: [8], type: int64}}\nlayers: [relu]\n',
      /^net.yaml:1:28: a spec has no key 'type'/,
    ],
    [
      'an input without a shape',
      'inputs: {ids: {dtype: int64}}\nlayers: [relu]\n',
      /^net.yaml:1:15: the spec has no shape/,
    ],
    [
      'an output that is an input',
      'input: [1, 8, 8]\noutputs: [input]\nlayers: [relu]\n',
      /^net.yaml:2:11: @input cannot be an output: it is an input/,
    ],
    [
      'an output twice',
      'input: [1, 8, 8]\noutputs: [relu1, relu1]\nlayers: [relu]\n',
      /^net.yaml:2:18: relu1 cannot be an output twice/,
    ],
    [
      'an output that is no layer',
      'input: [1, 8, 8]\noutputs: [relu2]\nlayers: [relu]\n',
      "net.yaml:2:11: no layer called 'relu2' comes before this one (did you mean relu1?)",
    ],
    [
      'an input of 0',
      'input: [1, 0, 8]\nlayers: [relu]\n',
      "net.yaml:1:12: a size of input must be a whole number from 1 to 2147483647, not '0'",
    ],
    ['an input of -8', 'input: [1, -8, 8]\nlayers: [relu]\n', /^net.yaml:1:12: a size of input must be/],
    ['an input of 1.5', 'input: [1, 1.5, 8]\nlayers: [relu]\n', /^net.yaml:1:12: a size of input must be/],
    [
      'an input of NaN',
      'input: [1, .nan, 8]\nlayers: [relu]\n',
      /^net.yaml:1:12: a size of input must be .* not 'NaN'/,
    ],
    [
      'an input without end',
      'input: [1, .inf, 8]\nlayers: [relu]\n',
      /^net.yaml:1:12: a size of input must be .* not 'Infinity'/,
    ],
    [
      'an input that overflows',
      'input: [1, 1e400, 8]\nlayers: [relu]\n',
      /^net.yaml:1:12: a size of input must be .* not 'Infinity'/,
    ],
    ['an input past 2^53', 'input: [2147483647, 2147483647, 8]\nlayers: [relu]\n', /passes 2\^53/],
    [
      'classes of 0',
      'input: [1, 8, 8]\nclasses: 0\nlayers: [relu]\n',
      /^net.yaml:2:10: classes must be a whole number/,
    ],
    [
      'a name that is a list',
      'name: [a]\ninput: [1, 8, 8]\nlayers: [relu]\n',
      /^net.yaml:1:7: name must be a text/,
    ],
    [
      'a name that steers terminals',
      'name: "\\e[2J"\ninput: [1, 8, 8]\nlayers: [relu]\n',
      /^net.yaml:1:7: name must be a text/,
    ],

    [
      'an unknown kind',
      withLayers('  - cnov2d: {out_channels: 8}\n'),
      "net.yaml:3:5: unknown layer kind 'cnov2d' (did you mean conv2d?)",
    ],
    [
      'an unknown macro',
      withLayers('  - vgg_blok: {convs: 8}\n'),
      "net.yaml:3:5: unknown layer kind 'vgg_blok' (did you mean vgg_block?)",
    ],
    [
      'the kind __proto__',
      withLayers('  - __proto__: {}\n'),
      /^net.yaml:3:5: unknown layer kind '__proto__'/,
    ],
    [
      'the kind constructor',
      withLayers('  - constructor\n'),
      /^net.yaml:3:5: unknown layer kind 'constructor'/,
    ],
    ['a number for a layer', withLayers('  - 3\n'), /^net.yaml:3:5: a layer must be the name of a kind/],
    ['a list for a layer', withLayers('  - [relu]\n'), /^net.yaml:3:5: a layer must be the name of a kind/],
    ['nothing for a layer', withLayers('  -\n'), /^net.yaml:3:\d: a layer must be the name of a kind/],
    [
      'a layer without a kind',
      withLayers('  - name: a\n'),
      'net.yaml:3:5: this layer has no kind, only name (write it as `- conv2d: {out_channels: 64, kernel_size: 3}`)',
    ],
    [
      'a layer of two kinds',
      withLayers('  - relu: {}\n    tanh: {}\n'),
      "net.yaml:4:5: one item of layers holds both 'relu' and 'tanh' (begin each layer with its own dash)",
    ],
    [
      'arguments not indented',
      withLayers('  - conv2d:\n    out_channels: 8\n'),
      "net.yaml:4:5: one item of layers holds both 'conv2d' and 'out_channels' (if out_channels is an argument of conv2d, indent it further or write {out_channels: …})",
    ],
    [
      'an unknown argument',
      withLayers('  - conv2d: {out_chanels: 8}\n'),
      "net.yaml:3:14: conv2d has no argument 'out_chanels' (did you mean out_channels?)",
    ],
    [
      'the argument __proto__',
      withLayers('  - conv2d: {__proto__: 8}\n'),
      /^net.yaml:3:14: conv2d has no argument '__proto__'/,
    ],
    [
      'a missing argument',
      withLayers('  - conv2d: {out_channels: 8}\n'),
      'net.yaml:3:5: conv1: conv2d needs kernel_size (add kernel_size)',
    ],
    [
      'arguments as a number',
      withLayers('  - conv2d: 64\n'),
      "net.yaml:3:13: what follows conv2d must be its arguments by name, as in {in_channels: …}, not '64'",
    ],
    [
      'arguments as a list',
      withLayers('  - conv2d: [64, 3]\n'),
      /^net.yaml:3:13: what follows conv2d must be/,
    ],
    [
      'an argument below its least',
      withLayers('  - conv2d:\n      out_channels: 8\n      kernel_size: 0\n'),
      /^net.yaml:5:20: conv1: conv2d: kernel_size must be at least 1, not/,
    ],
    [
      'an argument of NaN',
      withLayers('  - conv2d: {out_channels: .nan, kernel_size: 3}\n'),
      /^net.yaml:3:28: conv1: conv2d: out_channels must be a whole number, not .?NaN/,
    ],
    [
      'an argument without end',
      withLayers('  - dropout: {p: .inf}\n'),
      /^net.yaml:3:18: drop1: dropout: p must be .*, not .?Infinity/,
    ],
    [
      'a kernel larger than its input',
      withLayers('  - conv2d: {out_channels: 8, kernel_size: 19, padding: 1}\n'),
      /^net.yaml:3:5: conv1: the window of 19×19 pixels is larger than its input of 16×16 \(18×18 with padding\)/,
    ],
    [
      'a size that collapses',
      withLayers('  - repeat: {times: 5, layers: [maxpool2d: {kernel_size: 2}]}\n'),
      /^net.yaml:3:33: pool5: the window of 2×2 pixels is larger than its input of 1×1/,
    ],
    [
      'groups that do not divide',
      withLayers('  - conv2d: {out_channels: 8, kernel_size: 1, groups: 3}\n'),
      /^net.yaml:3:5: conv1: groups=3 does not divide the 4 input channels/,
    ],
    [
      'in_channels that differ',
      withLayers('  - conv2d: {in_channels: 3, out_channels: 8, kernel_size: 1}\n'),
      'net.yaml:3:5: conv1 expects 3 input channels, the layers before it give 4 (set in_channels to 4 or leave it out)',
    ],
    [
      'in_features that differ',
      withLayers('  - flatten\n  - linear: {in_features: 25088, out_features: 4096}\n', '[512, 3, 3]'),
      /^net.yaml:4:5: block fc1 expects 25088 input features, the layers before it give 4608 \(512×3×3 from a 3×3 input\)/,
    ],
    [
      'a convolution after flatten',
      withLayers('  - flatten\n  - conv2d: {out_channels: 8, kernel_size: 1}\n'),
      /^net.yaml:4:5: conv1: conv2d takes N×C×H×W, but 1×1024 comes in/,
    ],

    [
      'an alias before its anchor',
      withLayers('  - *a\n  - &a relu\n'),
      'net.yaml:3:5: the alias *a has no anchor &a before it (mark the value that is meant with &a)',
    ],
    [
      'an alias of what it lies in',
      withLayers('  - relu\n').replace('layers:', 'layers: &l').concat('  - *l\n'),
      'net.yaml:4:5: the alias *l lies inside its own anchor &l and would never end (write out what is meant)',
    ],
    [
      'a tag',
      withLayers('  - !!python/object:os.system {a: 1}\n'),
      /^net.yaml:3:\d+: the tag '!!python\/object:os.system' has no meaning here/,
    ],
    [
      'a tag of YAML',
      withLayers('  - relu: !!map {}\n'),
      /^net.yaml:3:\d+: the tag '!!map' has no meaning here/,
    ],
    [
      'a merge key',
      withLayers('  - relu: &a {inplace: true}\n  - relu: {<<: *a}\n'),
      /^net.yaml:4:12: merge keys \(<<\) are not read/,
    ],
  ])('%s', (_, text, expected) => {
    const line = refusal(text);
    expect(line).not.toContain('\n');
    if (typeof expected === 'string') expect(line).toBe(expected);
    else expect(line).toMatch(expected);
  });
});

describe('texts made to exhaust the reader are refused at once', () => {
  const laughs = (layer: (name: string) => string) =>
    Array.from({ length: 9 }, (_, i) => `  - &${'bcdefghij'[i]} ${layer('abcdefghi'[i]!)}\n`).join('');
  const ten = (text: string) => Array.from({ length: 10 }, () => text).join(', ');

  test('a billion laughs', () => {
    const text = `input: [1, 8, 8]\nlayers:\n  - &a {block: {layers: [${ten('relu')}]}}\n`;
    expect(refusal(text + laughs((name) => `{block: {layers: [${ten(`*${name}`)}]}}`))).toMatch(
      /^net.yaml:\d+:\d+: with its aliases written out the spec has more than 2000000 values/,
    );
  });

  test('a billion laughs in arguments', () => {
    const text = `input: [1, 8, 8]\nlayers:\n  - &a [${ten('1')}]\n`;
    expect(refusal(text + laughs((name) => `[${ten(`*${name}`)}]`))).toMatch(/more than 2000000 values/);
  });

  test.each([
    ['brackets', 'layers: ' + '['.repeat(1_000_000)],
    ['dashes', '- '.repeat(1_000_000) + 'x'],
    ['braces', '{a: '.repeat(1_000_000)],
    ['indentation', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['closed brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
    [
      'aliases of aliases',
      Array.from({ length: 1000 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}`}]\n`).join(''),
    ],
  ])('%s nested without end', (_, text) => {
    expect(refusal(text)).toMatch(/^net.yaml:\d+:\d+: lists and mappings are nested more than 200 deep/);
  });

  test('brackets nested without end in JSON', () => {
    expect(refusal('['.repeat(1_000_000), 'net.json')).toMatch(
      /^net.json:1:1000001: not valid JSON: .* the text ends/,
    );
    expect(refusal('['.repeat(1_000_000) + ']'.repeat(1_000_000), 'net.json')).toMatch(
      /nested more than 200 deep/,
    );
  });

  test('more keys than a comparison of each with each could bear', () => {
    expect(refusal(Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join(''))).toMatch(
      /a spec has no key 'k0'/,
    );
  });
});
