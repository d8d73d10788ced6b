import { formatShape, type Shape } from '../graph/shape.ts';
import { literal } from './literal.ts';

type Entry<A> = (args: A) => { message: string; hint?: string | undefined };
type Pair = readonly [number, number];

const size = ([height, width]: Pair) => `${height}×${width}`;
const didYouMean = (nearest: readonly string[]) =>
  nearest.length === 0 ? undefined : `did you mean ${nearest.join(', ')}?`;
const quote = (value: unknown) => {
  const text = literal(value);
  return `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
};

/** Words in quotes, the rest bare. */
const bare = (value: unknown) => (typeof value === 'string' ? quote(value) : quote(value).slice(1, -1));

const entry = <A>(entry: Entry<A>) => entry;
/** Words that need no arguments. */
const fixed =
  (words: ReturnType<Entry<object>>): Entry<object> =>
  () =>
    words;

/** The words of every error: what is wrong, and how to mend it. The only place where they stand. */
export const prose = {
  'unknown-architecture': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown architecture ${quote(a.name)}`,
    hint:
      didYouMean(a.nearest) ??
      '`vgg-inspect list` shows the built-in names; a file needs .yaml, .yml or .json',
  })),
  'bad-conv-arch': entry((a: { problem: string }) => ({
    message: `the conv_arch ${a.problem}`,
    hint: 'write the convolutions and channels of each block, as in "((1,64),(1,128))"',
  })),
  'bad-cfg': entry((a: { problem: string }) => ({
    message: `the list ${a.problem}`,
    hint: 'write the channels of each convolution and M for a max-pool, as in "64,M,128,M"',
  })),
  'unknown-kind': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown layer kind ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? '`vgg-inspect list layers` shows the kinds',
  })),
  'unknown-attribute': entry(
    (a: { kind: string; name: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `${a.kind} has no argument ${quote(a.name)}`,
      hint:
        didYouMean(a.nearest) ?? (a.known.length === 0 ? 'it takes none' : `it takes ${a.known.join(', ')}`),
    }),
  ),
  'missing-attribute': entry((a: { kind: string; name: string }) => ({
    message: `${a.kind} needs ${a.name}`,
    hint: `add ${a.name}`,
  })),
  'bad-attribute': entry((a: { kind: string; name: string; value: unknown; problem: string }) => ({
    message: `${a.kind}: ${a.name === '' ? 'its arguments' : a.name} ${a.problem}, not ${bare(a.value)}`,
  })),
  'duplicate-path': entry((a: { path: string }) => ({
    message: `two layers are called ${quote(a.path)}`,
    hint: 'give one of them another name',
  })),
  'unknown-layer': entry((a: { name: string; known: readonly string[] }) => ({
    message: `no layer called ${quote(a.name)} comes before this one`,
    hint: `the layers so far: ${a.known.slice(-5).join(', ')}`,
  })),
  'too-many-layers': entry((a: { limit: number }) => ({
    message: `more than ${a.limit} layers`,
    hint: 'split the network',
  })),
  'too-large': entry((a: { what: string }) => ({
    message: `${a.what} passes 2^53 and could not be exact`,
    hint: 'use a smaller batch or input',
  })),
  'not-an-image': entry((a: { kind: string; shape: Shape }) => ({
    message: `${a.kind} takes N×C×H×W, but ${formatShape(a.shape)} comes in`,
    hint: 'move it before the flatten',
  })),
  'channels-mismatch': entry((a: { expected: number; actual: number; argument?: string; path?: string }) => ({
    message: `${a.path ?? 'it'} expects ${a.expected} input channels, the layers before it give ${a.actual}`,
    hint: `set ${a.argument ?? 'in_channels'} to ${a.actual} or leave it out`,
  })),
  'features-mismatch': entry(
    (a: { expected: number; actual: number; path?: string; image?: Shape | undefined; input?: Shape }) => ({
      message:
        `block ${a.path ?? 'linear'} expects ${a.expected} input features, the layers before it give ${a.actual}` +
        (a.image && a.input
          ? ` (${formatShape(a.image.slice(1))} from a ${formatShape(a.input.slice(2))} input)`
          : ''),
      hint: `set in_features to ${a.actual}, leave it out, or give the input size that the head was made for`,
    }),
  ),
  'groups-do-not-divide': entry(
    (a: { groups: number; channels: number; argument: string; side: 'input' | 'output' | 'only' }) => ({
      message:
        `${a.argument}=${a.groups} does not divide the ${a.channels} ` +
        (a.side === 'only' ? 'channels' : `${a.side} channels`),
      hint: `choose groups that divide ${a.side === 'only' ? 'them' : 'both channel counts'}`,
    }),
  ),
  'ratio-does-not-divide': entry((a: { channels: number; ratio: number }) => ({
    message: `--ratio ${a.ratio} does not divide ${a.channels} channels`,
    hint: 'choose a ratio that divides the channels of every convolution',
  })),
  'same-padding-with-stride': entry((a: { stride: Pair }) => ({
    message: `padding 'same' needs stride 1, not ${size(a.stride)}`,
    hint: 'give the padding as a number',
  })),
  'padding-over-half-kernel': entry((a: { padding: Pair; kernel: Pair }) => ({
    message: `the padding ${size(a.padding)} is more than half of the ${size(a.kernel)} window`,
    hint: 'a pooling window must reach into the image',
  })),
  'window-too-large': entry((a: { size: Pair; padded: Pair; reach: Pair }) => ({
    message:
      `the window of ${size(a.reach)} pixels is larger than its input of ${size(a.size)}` +
      (size(a.padded) === size(a.size) ? '' : ` (${size(a.padded)} with padding)`),
    hint: 'give a larger --input, a smaller kernel or dilation, or more padding',
  })),
  'bad-flatten': entry((a: { start: number; end: number; shape: Shape }) => ({
    message: `cannot flatten dimensions ${a.start} to ${a.end} of ${formatShape(a.shape)}`,
  })),
  'bad-reshape': entry((a: { from: Shape; to: Shape }) => ({
    message: `cannot reshape ${formatShape(a.from)} to ${formatShape(a.to)}`,
    hint: 'the sizes leave the batch out, must hold as many elements, and -1 may stand for one of them',
  })),
  'no-such-dimension': entry((a: { dim: number; shape: Shape }) => ({
    message: `there is no dimension ${a.dim} in ${formatShape(a.shape)}`,
    hint: `dim goes from ${-a.shape.length} to ${a.shape.length - 1}; 0 is the batch, 1 the channels`,
  })),
  'too-few-dimensions': entry((a: { kind: string; least: number; shape: Shape }) => ({
    message: `${a.kind} needs at least ${a.least} dimensions, but ${formatShape(a.shape)} comes in`,
    hint: 'move it before the flatten',
  })),
  'normalized-shape-mismatch': entry((a: { expected: Shape; shape: Shape }) => ({
    message: `layernorm expects ${formatShape(a.expected)} in the last dimensions, but ${formatShape(a.shape)} comes in`,
    hint: `set normalized_shape to [${a.shape.slice(-a.expected.length).join(', ')}] or leave it out`,
  })),
  'one-value-to-normalize': entry((a: { kind: string; shape: Shape }) => ({
    message: `${a.kind} takes means of single values: ${formatShape(a.shape)} comes in`,
    hint: 'give a larger batch or image, fewer groups, or running statistics',
  })),
  'output-padding-too-large': entry((a: { output_padding: Pair; stride: Pair; dilation: Pair }) => ({
    message:
      `the output_padding ${size(a.output_padding)} must be smaller than the stride ${size(a.stride)} ` +
      `or the dilation ${size(a.dilation)}`,
    hint: 'it only chooses between the sizes that a stride makes ambiguous',
  })),
  'output-collapses': entry((a: { size: Pair; output: Pair }) => ({
    message: `an input of ${size(a.size)} would give an output of ${size(a.output)}`,
    hint: 'give a larger --input, or less that takes away from it',
  })),
  'size-or-scale-factor': entry((a: { both: boolean }) => ({
    message: `upsample takes size or scale_factor, not ${a.both ? 'both' : 'neither'}`,
    hint: a.both ? 'leave one out' : 'add scale_factor: 2',
  })),
  'align-corners-without-interpolation': entry((a: { mode: string }) => ({
    message: `align_corners has no meaning with mode ${quote(a.mode)}`,
    hint: 'leave it out, or choose the mode bilinear or bicubic',
  })),
  'shapes-do-not-join': entry((a: { kind: string; shapes: readonly Shape[]; dim?: number }) => ({
    message:
      `${a.kind} cannot join ${a.shapes.map(formatShape).join(' and ')}` +
      (a.dim === undefined ? '' : ` along dimension ${a.dim}`),
    hint:
      a.dim === undefined
        ? 'sizes must be equal or 1: give the branches the same channels and strides'
        : 'every other dimension must be equal: give the branches the same strides and padding',
  })),
  'takes-several-inputs': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes two or more inputs, not ${a.count}`,
    hint: 'name the branches that it joins',
  })),
  'inplace-cannot-grow': entry((a: { kind: string; shape: Shape; output: Shape }) => ({
    message: `an in-place ${a.kind} cannot turn its first input ${formatShape(a.shape)} into ${formatShape(a.output)}`,
    hint: 'put the larger branch first, or leave inplace out',
  })),
  'takes-one-input': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes one input, not ${a.count}`,
    hint: 'join the branches with add, mul or concat first',
  })),
  'unknown-layer-filter': entry(
    (a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `--only: ${quote(a.name)} is no layer kind, family or short name`,
      hint: didYouMean(a.nearest) ?? `give some of ${a.known.join(', ')}`,
    }),
  ),
  'shared-weights-differ': entry((a: { owner: string; expected: string; actual: string }) => ({
    message: `cannot share the weights of ${a.owner}: they are ${a.expected}, here ${a.actual} is needed`,
  })),
  'data-missing': entry((a: { folder: string; file: string }) => ({
    message: `${a.folder} holds neither ${a.file}.gz nor ${a.file}`,
    hint: '--data takes fashion-mnist, mnist, synthetic, or a folder with the four IDX files',
  })),
  'data-unreadable': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} cannot be read: ${a.reason}`,
  })),
  'data-not-idx': entry((a: { file: string }) => ({
    message: `${a.file} is not an IDX file of unsigned bytes`,
    hint: 'its first bytes must be 0 0 8 and the number of dimensions',
  })),
  'data-swapped': entry((a: { file: string; images: boolean }) => ({
    message: `${a.file} holds ${a.images ? 'images' : 'labels'} where ${a.images ? 'labels' : 'images'} belong`,
    hint: 'are two files swapped?',
  })),
  'data-truncated': entry((a: { file: string; expected: number; actual: number }) => ({
    message: `${a.file} has ${a.actual} bytes where its header promises ${a.expected}`,
    hint: 'the file is cut or damaged: fetch it again',
  })),
  'data-broken-gzip': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} is a damaged gzip file: ${a.reason}`,
    hint: 'fetch it again',
  })),
  'data-empty': entry((a: { file: string }) => ({ message: `${a.file} holds no images` })),
  'data-counts-differ': entry((a: { images: string; labels: string; counts: Pair }) => ({
    message: `${a.images} holds ${a.counts[0]} images, ${a.labels} ${a.counts[1]} labels`,
    hint: 'the two files must belong together',
  })),
  'data-sizes-differ': entry((a: { train: Pair; test: Pair }) => ({
    message: `the training images are ${size(a.train)}, the test images ${size(a.test)}`,
  })),
  'data-label-range': entry((a: { file: string; index: number; label: number; classes: number }) => ({
    message: `${a.file}: label ${a.index} is ${a.label}, but the network has ${a.classes} classes`,
    hint: 'set --classes, or choose the data that belongs to the network',
  })),
  'data-checksum': entry((a: { file: string; expected: string; actual: string }) => ({
    message: `${a.file} has the MD5 ${a.actual}, not ${a.expected}`,
    hint: 'the download is damaged or another file; try again or give --data DIR',
  })),
  'download-failed': entry((a: { url: string; reason: string }) => ({
    message: `cannot download ${a.url}: ${a.reason}`,
    hint: 'without a network take --data DIR, --data mnist or --data synthetic; behind a proxy set HTTP_PROXY',
  })),
  'bad-mirror': entry((a: { value: string }) => ({
    message: `VGG_INSPECT_FASHION_MNIST is ${quote(a.value)}, which is no http or https address`,
  })),
  'cache-unwritable': entry((a: { file: string; reason: string }) => ({
    message: `cannot write ${a.file}: ${a.reason}`,
    hint: 'set XDG_CACHE_HOME to a folder with room, or give --data DIR',
  })),
  'package-missing': entry((a: { what: string; packages: readonly string[] }) => ({
    message: `${a.what} needs ${a.packages.length === 1 ? 'a package' : 'packages'} that ${a.packages.length === 1 ? 'is' : 'are'} not installed`,
    hint: `npm install ${a.packages.join(' ')}`,
  })),
  'package-broken': entry((a: { name: string; reason: string }) => ({
    message: `the package ${a.name} is installed but does not load: ${a.reason}`,
    hint: `npm install ${a.name} once more`,
  })),
  'spec-syntax': entry((a: { format: 'YAML' | 'JSON'; problem: string }) => ({
    message: `not valid ${a.format}: ${a.problem}`,
  })),
  'spec-empty': fixed({
    message: 'the spec is empty',
    hint: 'it needs input and layers; docs/spec.md shows one',
  }),
  'spec-many-documents': fixed({
    message: 'a second YAML document begins here',
    hint: 'put each network into its own file',
  }),
  'spec-too-deep': entry((a: { limit: number }) => ({
    message: `lists and mappings are nested more than ${a.limit} deep`,
    hint: 'write the layers one after the other',
  })),
  'spec-path-too-long': entry((a: { limit: number }) => ({
    message: `the names of the blocks around this layer are more than ${a.limit} characters long together`,
    hint: 'give shorter names, or nest less',
  })),
  'spec-expands-too-far': entry((a: { limit: number }) => ({
    message: `with its aliases written out the spec has more than ${a.limit} values`,
    hint: 'use fewer aliases of aliases',
  })),
  'spec-alias-cycle': entry((a: { name: string }) => ({
    message: `the alias *${a.name} lies inside its own anchor &${a.name} and would never end`,
    hint: 'write out what is meant',
  })),
  'spec-unknown-anchor': entry((a: { name: string }) => ({
    message: `the alias *${a.name} has no anchor &${a.name} before it`,
    hint: `mark the value that is meant with &${a.name}`,
  })),
  'spec-tag': entry((a: { tag: string }) => ({
    message: `the tag ${quote(a.tag)} has no meaning here`,
    hint: 'leave it out',
  })),
  'spec-merge-key': fixed({
    message: 'merge keys (<<) are not read',
    hint: 'use an alias for the whole value, or write the arguments out',
  }),
  'spec-duplicate-key': entry((a: { key: string }) => ({
    message: `the key ${quote(a.key)} stands twice in this mapping`,
    hint: 'keep one of them',
  })),
  'spec-key-not-text': fixed({
    message: 'a key must be a word',
    hint: 'put it in quotes',
  }),
  'spec-unknown-key': entry((a: { key: string; known: readonly string[]; nearest: readonly string[] }) => ({
    message: `a spec has no key ${quote(a.key)}`,
    hint: didYouMean(a.nearest) ?? `it has ${a.known.join(', ')}`,
  })),
  'spec-missing-key': entry((a: { key: string; example: string }) => ({
    message: `the spec has no ${a.key}`,
    hint: `add for example ${a.example}`,
  })),
  'spec-wrong-type': entry((a: { what: string; expected: string; value: unknown }) => ({
    message: `${a.what} must be ${a.expected}, not ${quote(a.value)}`,
  })),
  'spec-item-without-kind': entry((a: { siblings: readonly string[] }) => ({
    message: `this layer has no kind${a.siblings.length === 0 ? '' : `, only ${a.siblings.join(' and ')}`}`,
    hint: 'write it as `- conv2d: {out_channels: 64, kernel_size: 3}`',
  })),
  'spec-item-with-two-kinds': entry((a: { first: string; second: string; known: boolean }) => ({
    message: `one item of layers holds both ${quote(a.first)} and ${quote(a.second)}`,
    hint: a.known
      ? 'begin each layer with its own dash'
      : `if ${a.second} is an argument of ${a.first}, indent it further or write {${a.second}: …}`,
  })),
  'spec-unknown-name': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `no layer called ${quote(a.name)} comes before this one`,
    hint: didYouMean(a.nearest) ?? "refer to an earlier layer's name, or to input",
  })),
  'spec-shares-no-weights': entry((a: { kind: string }) => ({
    message: `shares_weights_of does not apply to ${a.kind}`,
    hint: 'give it to the layers inside',
  })),
  'spec-classes-differ': entry((a: { classes: number; path: string; width: number }) => ({
    message: `the spec says ${a.classes} classes, but its last weight layer ${a.path} gives ${a.width}`,
    hint: `make classes and the width of ${a.path} agree`,
  })),
  'spec-no-classes-key': fixed({
    message: '--classes needs a spec that says how many classes it has',
    hint: "add classes: N to the spec, or change its last layer's width there",
  }),
  'spec-no-class-layer': fixed({
    message: 'the spec says classes, but no convolution or linear layer gives them',
    hint: 'leave classes out, or end the layers with one',
  }),
  'unknown-option': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown option ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? '--help lists the options',
  })),
  'option-without-value': entry((a: { option: string }) => ({
    message: `the option ${a.option} needs a value`,
  })),
  'option-takes-no-value': entry((a: { option: string }) => ({
    message: `the option ${a.option} takes no value`,
  })),
  'too-many-arguments': entry((a: { extra: string; nearest: readonly string[] }) => ({
    message: `one argument too many: ${quote(a.extra)}`,
    hint: didYouMean(a.nearest) ?? 'quote values that contain spaces; --help shows the usage',
  })),
  'missing-argument': entry((a: { what: string; example: string }) => ({
    message: `${a.what} is missing`,
    hint: `for example: ${a.example}`,
  })),
  'bad-command-line': entry((a: { problem: string }) => ({
    message: a.problem,
    hint: '--help shows the usage',
  })),
  'bad-option': entry(
    (a: { option: string; expected: string; value: string; nearest?: readonly string[] }) => ({
      message: `${a.option} must be ${a.expected}, not ${quote(a.value)}`,
      hint: didYouMean(a.nearest ?? []),
    }),
  ),
  'bad-input-size': entry((a: { text: string; problem: string }) => ({
    message: `--input ${quote(a.text)} ${a.problem}`,
    hint: 'give NxCxHxW such as 1x3x224x224, or CxHxW with --batch N',
  })),
  'options-contradict': entry((a: { first: string; second: string }) => ({
    message: `${a.first} and ${a.second} contradict each other`,
    hint: 'give one of them',
  })),
  'option-not-read': entry((a: { option: string; by: string; readers: string }) => ({
    message: `${a.option} has no effect on ${a.by}`,
    hint: `leave it out; it is for ${a.readers}`,
  })),
  'stdin-twice': fixed({
    message: 'standard input can be read only once',
    hint: 'give - for one network at most',
  }),
  'unknown-list': entry((a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
    message: `there is no list of ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? `there is ${a.known.join(', ')}`,
  })),
  'file-missing': fixed({
    message: 'there is no such file',
    hint: 'check the path; `vgg-inspect list` shows the built-in names',
  }),
  'file-is-folder': fixed({ message: 'is a folder', hint: 'name a file in it' }),
  'file-unreadable': entry((a: { reason: string }) => ({ message: `cannot be read: ${a.reason}` })),
  'file-empty': fixed({
    message: 'is empty',
    hint: 'a spec needs input and layers; docs/spec.md shows one',
  }),
  'file-not-text': fixed({
    message: 'is not UTF-8 text',
    hint: 'a spec is YAML or JSON text',
  }),
  'file-too-large': entry((a: { limit: string }) => ({
    message: `is larger than ${a.limit}`,
    hint: 'a spec is a description of layers, without weights; repeat: {times, layers} shortens it',
  })),
  'file-not-supported': entry((a: { format: string }) => ({
    message: `${a.format} files are not supported yet`,
    hint: 'write the network as a YAML or JSON spec; docs/spec.md tells how',
  })),
  'cannot-write': entry((a: { file: string; reason: string }) => ({
    message: `cannot write ${a.file}: ${a.reason}`,
  })),
  'bad-assertion': entry((a: { text: string; problem: string; by?: string }) => ({
    message: `${a.by ?? '--assert'} ${quote(a.text)} ${a.problem}`,
    hint: 'write a field, an operator (== != <= >= < >) and a value, as in params==128806154 or macs<=8e9',
  })),
  'unknown-field': entry((a: { text: string; field: string; nearest: readonly string[]; by?: string }) => ({
    message: `${a.by ?? '--assert'} ${quote(a.text)}: there is no ${quote(a.field)}`,
    hint: didYouMean(a.nearest) ?? '--json shows every field',
  })),
  'unknown-convention': entry(
    (a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `unknown convention ${quote(a.name)}`,
      hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
    }),
  ),
  'bad-printed-number': entry((a: { text: string }) => ({
    message: `${quote(a.text)} is no number`,
    hint: 'write it as it was printed: 111980544, 138M, 15.47G, 527.8MiB',
  })),
  'check-file-missing': fixed({
    message: 'there is no such file of budgets',
    hint: "write one: models: [{arch: vgg11, assert: ['params==128806154']}]; docs/check.md tells more",
  }),
  'check-no-models': fixed({
    message: 'the file has no models',
    hint: "add for example models: [{arch: vgg11, assert: ['params==128806154']}]",
  }),
  'check-unknown-key': entry((a: { key: string; known: readonly string[]; nearest: readonly string[] }) => ({
    message: `there is no key ${quote(a.key)} here`,
    hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
  })),
  'check-wrong-value': entry((a: { what: string; expected: string; value: unknown }) => ({
    message: `${a.what} must be ${a.expected}, not ${bare(a.value)}`,
  })),
  'check-duplicate-model': entry((a: { name: string; line: number }) => ({
    message: `the model ${quote(a.name)} stands here a second time, first in line ${a.line}`,
    hint: 'remove one of them, or give one another name',
  })),
  'lock-newer': entry((a: { version: number; known: number }) => ({
    message: `the lock has schema ${a.version}, this version of vgg-inspect reads up to ${a.known}`,
    hint: 'use the version that wrote it, or remove the lock and record it anew with --update',
  })),
  'lock-missing-key': entry((a: { what: string; key: string }) => ({
    message: `${a.what} has no ${a.key}`,
    hint: 'remove the lock and record it anew with --update',
  })),
  'lock-unknown-key': entry(
    (a: { what: string; key: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `${a.what} has no key ${quote(a.key)}`,
      hint: didYouMean(a.nearest) ?? `it has ${a.known.join(', ')}`,
    }),
  ),
  'lock-wrong-value': entry((a: { what: string; expected: string; value: unknown }) => ({
    message: `${a.what} must be ${a.expected}, not ${quote(a.value)}`,
    hint: 'mend it, or remove the lock and record it anew with --update',
  })),
  'parallel-needs-adam': entry((a: { strategy: string; optimizer: string; dtype: string }) => ({
    message: `the published arithmetic of ${a.strategy} is for mixed-precision Adam, not ${a.optimizer} in ${a.dtype}`,
    hint: 'add --optimizer adam --dtype amp',
  })),
  'unknown-device': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown device ${quote(a.name)}`,
    hint:
      didYouMean(a.nearest) ??
      '`vgg-inspect list devices` shows the known ones; a file (.yaml, .json) or an amount such as 12GiB works too',
  })),
  'device-without-memory': entry((a: { name: string }) => ({
    message: `${a.name} shares its memory with the processor, and how much there is differs`,
    hint: `say how much: ${a.name}:16GiB`,
  })),
  'bad-memory-size': entry((a: { text: string }) => ({
    message: `${quote(a.text)} is no amount of memory`,
    hint: 'write it with a unit of bytes, such as 12GiB or 24GB',
  })),
  'bad-device-file': entry((a: { field: string; problem: string; nearest: readonly string[] }) => ({
    message: `${a.field === '' ? 'the device' : a.field} ${a.problem}`,
    hint:
      didYouMean(a.nearest) ??
      'a device has name, memory (24GiB), tflops ({float32, tf32, float16}), bandwidth (GB/s) and source',
  })),
  'option-needs': entry((a: { option: string; needed: string }) => ({
    message: `${a.option} says nothing without ${a.needed}`,
    hint: `add ${a.needed}`,
  })),
  'not-in-keras': entry((a: { kind: string; problem?: string }) => ({
    message: `TensorFlow.js cannot express ${a.kind}${a.problem === undefined ? '' : ` with ${a.problem}`}`,
    hint: 'the network can be inspected, but not trained on this engine',
  })),
  'not-in-onnx': entry((a: { kind: string; problem?: string }) => ({
    message: `${a.kind}${a.problem === undefined ? '' : ` with ${a.problem}`} cannot be written as ONNX operators`,
    hint: 'the network can be inspected, but not trained on this engine',
  })),
  'no-gradient': entry((a: { kind: string }) => ({
    message: `${a.kind} has no backward pass in ONNX`,
    hint: 'the network can be run on this engine, but not trained',
  })),
  'engine-memory': entry((a: { reason: string }) => ({
    message: `the engine ran out of memory: ${a.reason}`,
    hint: 'set a smaller --micro-batch (the result stays the same), a smaller --resize, or thin the network with --ratio',
  })),
  'cannot-save': entry((a: { what: string; file: string; reason: string }) => ({
    message: `cannot write ${a.what} to ${a.file}: ${a.reason}`,
  })),
  'cannot-load': entry((a: { file: string; reason: string }) => ({
    message: `cannot read a network from ${a.file}: ${a.reason}`,
    hint: '--evaluate takes a folder written by --save: model.json and its weights',
  })),
  'engine-broken': entry((a: { engine: string; reason: string }) => ({
    message: `the ${a.engine} engine cannot run: ${a.reason}`,
    hint: 'choose another with --engine; wasm runs everywhere',
  })),
  'engine-unavailable': entry((a: { reason: string }) => ({ message: a.reason })),
  'no-engine': fixed({
    message: 'no training engine is installed',
    hint: 'npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0',
  }),
  'tensorflow-incomplete': entry((a: { missing: 'library' | 'binding'; scriptRan: boolean }) => ({
    message: `@tensorflow/tfjs-node is installed without its ${a.missing === 'library' ? 'TensorFlow library' : 'native binding'}: its install script ${a.scriptRan ? 'did not finish' : 'did not run'}`,
    hint: a.scriptRan
      ? 'npm rebuild @tensorflow/tfjs-node where its download is in reach; docs/training.md tells how to do without'
      : 'allow its script (npm install-scripts approve @tensorflow/tfjs-node) and run npm rebuild @tensorflow/tfjs-node',
  })),
  'checkpoint-damaged': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} cannot be used: ${a.reason}`,
    hint: 'start again without --resume',
  })),
  'checkpoint-differs': entry(
    (a: { file: string; name: string; saved: string | number | null; now: string | number }) => ({
      message: `${a.file} is of another training: its ${a.name} is ${a.saved}, here it is ${a.now}`,
      hint: 'give the same options, or start again without --resume',
    }),
  ),
  diverged: entry((a: { epoch: number; step: number; lr: number }) => ({
    message: `the loss is no number any more in epoch ${a.epoch}, step ${a.step}`,
    hint: `a smaller --lr than ${a.lr} may help`,
  })),
  'no-class-scores': entry((a: { shape: Shape }) => ({
    message: `the network gives ${formatShape(a.shape)}, which are no class scores`,
    hint: 'training needs an output of one row of scores for each image: end it with flatten and linear',
  })),
} satisfies Record<string, Entry<never>>;

export type Prose = typeof prose;
