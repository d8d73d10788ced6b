/** @import { collect } from './outcome.mjs' */

/**
 * What a command line answered.
 * @typedef {{ code: number, stdout: string, stderr: string }} Answer
 */
/** @typedef {ReturnType<typeof collect>} Report */
/**
 * A case: its file, where it has one, and what the answer must be. `change` makes of the file's text what standard
 * input has.
 * @typedef {{
 *   name: string,
 *   file?: string,
 *   change?: (text: string) => string,
 *   argv: readonly string[],
 *   expect: (answer: Answer, report: Report) => void,
 * }} Case
 */

/**
 * Exit code 0, and numbers of the JSON by their paths: `memory.training.peakBytes`.
 * @param {Readonly<Record<string, unknown>>} fields
 * @param {RegExp} [warning]
 * @returns {Case['expect']}
 */
const numbers =
  (fields, warning) =>
  ({ code, stdout, stderr }, report) => {
    if (code !== 0) return void report.problem(`exit ${code}: ${stderr}`);
    const json = JSON.parse(stdout);
    for (const [field, expected] of Object.entries(fields)) {
      report.equal(field, at(json, field), expected);
    }
    if (warning && !warning.test(stderr)) report.problem(`no warning ${warning}: ${stderr}`);
  };

/**
 * @param {unknown} json
 * @param {string} field
 */
const at = (json, field) =>
  field
    .split('.')
    .reduce((/** @type {any} */ value, key) => (key === '-1' ? value?.at(-1) : value?.[key]), json);

/**
 * @param {number} code
 * @param {readonly RegExp[]} words
 * @returns {Case['expect']}
 */
const says = (code, words) => (answer, report) => {
  report.equal('exit code', answer.code, code);
  const all = `${answer.stdout}\n${answer.stderr}`.replace(/\s+/g, ' ');
  for (const each of words)
    if (!each.test(all)) report.problem(`it does not say ${each}: ${all.slice(0, 400)}`);
};

const IMAGENET = 'torchvision/vgg16';
const MEMORY_EFFICIENT = ['concat', 'norm1', 'relu1', 'conv1']
  .map((layer) => `**.denselayer*.${layer}`)
  .join(',');
const PEAK = 'memory.training.peakBytes';
/** @param {readonly string[]} argv */
const json = (...argv) => [...argv, '--json'];

/** @type {readonly Case[]} */
export const CASES = [
  {
    name: 'unread-layer.yaml',
    file: 'unread-layer.yaml',
    argv: json('unread-layer.yaml'),
    expect: numbers(
      {
        [PEAK]: 1_010_688,
        'memory.training.firstStepPeakBytes': 1_010_688,
        'memory.training.endOfForwardBytes': 683_008,
        'totals.backwardMacs': 13_565_952,
      },
      /unread/,
    ),
  },
  {
    name: 'several-outputs.yaml, each an output',
    file: 'several-outputs.yaml',
    change: (text) => `${text.trimEnd()}\noutputs: [p1, p2, p3]\n`,
    argv: json('-'),
    expect(answer, report) {
      numbers({ warnings: [] })(answer, report);
      const { outputs = [] } = JSON.parse(answer.stdout || '{}');
      report.equal(
        'outputs',
        outputs.map((/** @type {{ name: string }} */ { name }) => name),
        ['p1', 'p2', 'p3'],
      );
    },
  },
  {
    name: 'several-outputs.yaml as it is: the steady peak is that of the first step',
    file: 'several-outputs.yaml',
    argv: json('several-outputs.yaml'),
    // Of PyTorch's tracker, which frees what a layer that nobody reads keeps; the case says 445,952.
    expect: numbers({ [PEAK]: 413_184, 'memory.training.firstStepPeakBytes': 413_184 }, /p1, p2/),
  },
  {
    name: 'aspp.yaml',
    file: 'aspp.yaml',
    argv: json('aspp.yaml'),
    expect: numbers({
      'totals.params': 16_130_837,
      'totals.macs': 65_922_962_688,
      'totals.receptiveField': [73, 73],
      'memory.training': undefined,
      'memory.trainingRefused.code': 'one-value-to-normalize',
    }),
  },
  {
    name: 'aspp.yaml: fit begins at a batch of 2',
    file: 'aspp.yaml',
    argv: ['fit', 'aspp.yaml', '--device', 'rtx4090'],
    expect: says(0, [/ 2 +295\.5 MiB/]),
  },
  {
    name: 'resnet18 at 32 pixels: no training of one image',
    argv: ['torchvision/resnet18', '--input', '1x3x32x32'],
    expect: says(0, [/training refused by PyTorch: layer4\.0\.bn1/]),
  },
  {
    name: 'resnet18 at 32 pixels, really trained',
    argv: [
      'train',
      'torchvision/resnet18',
      '--input',
      '3x32x32',
      '--data',
      'synthetic',
      '--limit',
      '2',
      '--batch',
      '1',
    ],
    expect: says(2, [/layer4\.0\.bn1: batchnorm2d takes means of single values/]),
  },
  {
    name: 'unet.yaml',
    file: 'unet.yaml',
    argv: json('unet.yaml', '--batch', '16'),
    // Inference is that of the spec's own form, x = layer(x); the case's 32 GB are those of another form.
    expect: numbers({ [PEAK]: 96_626_829_824, 'memory.inference.peakBytes': 25_424_273_920 }),
  },
  {
    name: 'unet-odd.yaml',
    file: 'unet-odd.yaml',
    argv: ['unet-odd.yaml'],
    expect: says(2, [/85×128 and 1×512×84×128/, /a multiple of 16/]),
  },
  {
    name: 'mobilenet-v2-1.4.yaml',
    file: 'mobilenet-v2-1.4.yaml',
    argv: json('mobilenet-v2-1.4.yaml'),
    expect: numbers({ 'totals.macs': 582_195_824, 'totals.params': 6_108_776 }),
  },
  {
    name: 'mobilenet-v2-1.4.yaml: 603,134,720 is thop of January 2020',
    file: 'mobilenet-v2-1.4.yaml',
    argv: json('reconcile', 'mobilenet-v2-1.4.yaml', '603134720', '--what', 'macs'),
    expect: numbers({ 'explanations.0.conventions': ['thop-2020-01'], 'explanations.0.causes.-1.count': 48 }),
  },
  {
    name: 'no-flatten.yaml',
    file: 'no-flatten.yaml',
    argv: ['no-flatten.yaml'],
    expect: says(0, [/warning: fc1 .*last axis.* the class scores are not in dimension 1/]),
  },
  {
    name: 'padding-mode-zeros.yaml',
    file: 'padding-mode-zeros.yaml',
    argv: json('padding-mode-zeros.yaml'),
    expect: numbers({ 'layers.0.outputShape': [1, 1, 18, 10], 'totals.params': 55 }),
  },
  {
    name: 'padding-mode-zeros.yaml, circular',
    file: 'padding-mode-zeros.yaml',
    change: (text) => text.replace('padding_mode: zeros', 'padding_mode: circular'),
    argv: json('-'),
    expect: numbers({ 'layers.0.outputShape': [1, 1, 18, 10], 'totals.params': 55 }),
  },
  {
    name: 'same-stride-2.yaml is refused, with what TensorFlow does',
    file: 'same-stride-2.yaml',
    argv: ['same-stride-2.yaml'],
    expect: says(2, [/padding 'same' needs stride 1/, /zeropad2d: \{padding: \[0, 1, 0, 1\]\}/]),
  },
  {
    name: 'same-stride-2.yaml as it is advised',
    file: 'same-stride-2.yaml',
    change: (text) =>
      text
        .replace(
          '  - conv2d: {out_channels: 32',
          '  - zeropad2d: {padding: [0, 1, 0, 1]}\n  - conv2d: {out_channels: 32',
        )
        .replace('stride: 2, padding: same', 'stride: 2'),
    argv: json('-'),
    expect: numbers({ 'layers.1.outputShape': [1, 32, 80, 80], 'totals.params': 19_392 }),
  },
  {
    name: 'conv1d.yaml',
    file: 'conv1d.yaml',
    argv: json('conv1d.yaml'),
    expect: numbers({
      'layers.0.outputShape': [1, 16, 11_025],
      'totals.params': 272,
      'totals.macs': 2_822_400,
    }),
  },
  {
    name: 'lstm.yaml',
    file: 'lstm.yaml',
    argv: json('lstm.yaml'),
    expect: numbers({ 'totals.params': 240 }),
  },
  {
    name: 'attention.yaml',
    file: 'attention.yaml',
    argv: json('attention.yaml'),
    expect: numbers({ 'totals.params': 804_608 }),
  },
  {
    name: 'prelu.yaml',
    file: 'prelu.yaml',
    argv: json('prelu.yaml'),
    expect: numbers({ 'totals.params': 864 }),
  },
  {
    name: 'instancenorm.yaml',
    file: 'instancenorm.yaml',
    argv: json('instancenorm.yaml'),
    expect: numbers({ 'totals.params': 9_600, 'totals.buffers': 0 }),
  },
  {
    name: 'siamese.yaml',
    file: 'siamese.yaml',
    argv: json('siamese.yaml'),
    expect: numbers({ 'totals.params': 25_665, 'totals.macs': 15_372_800 }),
  },
  {
    name: 'siamese.yaml with two inputs and the absolute difference',
    file: 'siamese.yaml',
    change: (text) =>
      text
        .replace('input: [3, 29, 29]', 'inputs: {a: [3, 29, 29], b: [3, 29, 29]}')
        .replace('    from: input\n', '    from: b\n')
        .replace('  - block:\n      name: left', '  - block:\n      name: left')
        .replace('  - add: {}', '  - sub: {}')
        .replace(/\s*$/, '\n  - abs\n'),
    argv: json('-'),
    expect: numbers({ 'totals.params': 25_665, 'totals.macs': 15_372_800 }),
  },
  {
    name: 'vgg_in_functions.py:net',
    file: 'vgg_in_functions.py',
    argv: json('vgg_in_functions.py:net'),
    expect(answer, report) {
      numbers({ 'totals.params': 128_806_154, 'model.weightLayers': 11 })(answer, report);
      const printed = answer.stderr.split('\n').filter((line) => line.startsWith('\tConv2d'));
      report.equal('printed convolutions', printed.length, 8);
      report.equal('the first', printed[0], '\tConv2d     torch.Size([1, 64, 224, 224])');
      report.equal('the last', printed[7], '\tConv2d     torch.Size([1, 512, 14, 14])');
      if (!answer.stderr.includes('Flatten output shape:\t (1, 25088)'))
        report.problem('it does not print what follows');
    },
  },
  {
    name: 'vgg_in_functions.py:net16',
    file: 'vgg_in_functions.py',
    argv: json('vgg_in_functions.py:net16', '--input', '1x1x224x224'),
    expect: numbers({ 'totals.params': 43_104_890, 'model.weightLayers': 13 }),
  },
  {
    name: 'VGG-16 with its features frozen',
    argv: json(IMAGENET, '--freeze', 'features', '--batch', '8', '--optimizer', 'momentum'),
    expect: numbers({
      'totals.trainableParams': 123_642_856,
      'totals.params': 138_357_544,
      [PEAK]: 1_548_358_656,
    }),
  },
  {
    name: 'VGG-16, all trained',
    argv: json(IMAGENET, '--batch', '8', '--optimizer', 'momentum'),
    expect: numbers({ [PEAK]: 2_219_052_032 }),
  },
  {
    name: 'ResNet-50, only its head trained',
    argv: json(
      'torchvision/resnet50',
      '--freeze',
      'conv1,bn1,layer*',
      '--batch',
      '32',
      '--optimizer',
      'momentum',
    ),
    expect: numbers({ 'totals.trainableParams': 2_049_000, [PEAK]: 464_041_472 }),
  },
  {
    name: 'ResNet-50, all trained',
    argv: json('torchvision/resnet50', '--batch', '32', '--optimizer', 'momentum'),
    expect: numbers({ [PEAK]: 2_987_781_120 }),
  },
  {
    name: 'DenseNet-121',
    argv: json('torchvision/densenet121', '--batch', '32'),
    expect: numbers({ [PEAK]: 4_221_221_888 }),
  },
  {
    name: "DenseNet-121, torchvision's memory_efficient",
    argv: json('torchvision/densenet121', '--batch', '32', '--checkpointing', MEMORY_EFFICIENT),
    expect: numbers({ [PEAK]: 2_070_346_752 }),
  },
  {
    name: 'VGG-16, Adam one tensor at a time',
    argv: json(IMAGENET, '--batch', '8', '--optimizer', 'adam', '--no-foreach'),
    expect: numbers({ [PEAK]: 3_040_659_968 }),
  },
  {
    name: 'VGG-16, Adam on all tensors',
    argv: json(IMAGENET, '--batch', '8', '--optimizer', 'adam'),
    expect: numbers({ [PEAK]: 2_772_483_072 }),
  },
];
