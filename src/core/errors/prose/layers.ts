import { formatShape, type Shape } from '../../shape.ts';
import { bare, didYouMean, entry, layout, quote, size } from './words.ts';

/** Layers: their arguments, and what comes into them. */
export const layers = {
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
  'not-an-image': entry((a: { kind: string; rank: 1 | 2 | 3; shape: Shape }) => ({
    message: `${a.kind} takes ${layout(a.rank)}, but ${formatShape(a.shape)} comes in`,
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
  'same-padding-with-stride': entry(
    (a: { stride: readonly number[]; rank: 1 | 2 | 3; padding: readonly number[] }) => ({
      message: `padding 'same' needs stride 1, not ${size(a.stride)}`,
      hint:
        'give the padding as a number; for what TensorFlow makes of it put ' +
        `zeropad${a.rank}d: {padding: [${a.padding.join(', ')}]} before it and leave its padding out`,
    }),
  ),
  'padding-over-half-kernel': entry((a: { padding: readonly number[]; kernel: readonly number[] }) => ({
    message: `the padding ${size(a.padding)} is more than half of the ${size(a.kernel)} window`,
    hint: 'a pooling window must reach into the image',
  })),
  'window-too-large': entry(
    (a: { size: readonly number[]; padded: readonly number[]; reach: readonly number[] }) => ({
      message:
        `the window of ${size(a.reach)} pixels is larger than its input of ${size(a.size)}` +
        (size(a.padded) === size(a.size) ? '' : ` (${size(a.padded)} with padding)`),
      hint: 'give a larger --input, a smaller kernel or dilation, or more padding',
    }),
  ),
  'border-too-wide': entry(
    (a: { mode: string; size: readonly number[]; before: readonly number[]; after: readonly number[] }) => ({
      message:
        `a border of mode ${quote(a.mode)} cannot take ${size(a.before)} and ${size(a.after)} pixels ` +
        `of an input of ${size(a.size)}`,
      hint: 'give a larger --input, or less padding',
    }),
  ),
  'cannot-halve': entry((a: { kind: string; dim: number; shape: Shape }) => ({
    message: `${a.kind} halves dimension ${a.dim}, but ${formatShape(a.shape)} comes in`,
    hint: 'the size there must be even',
  })),
  'bad-flatten': entry((a: { start: number; end: number; shape: Shape }) => ({
    message: `cannot flatten dimensions ${a.start} to ${a.end} of ${formatShape(a.shape)}`,
  })),
  'bad-reshape': entry((a: { from: Shape; to: Shape }) => ({
    message: `cannot reshape ${formatShape(a.from)} to ${formatShape(a.to)}`,
    hint: 'the sizes leave the batch out, must hold as many elements, and -1 may stand for one of them',
  })),
  'no-such-dimension': entry((a: { dim: number; shape: Shape }) => ({
    message: `${formatShape(a.shape)} has no dimension ${a.dim}`,
    hint: `dim goes from ${-a.shape.length} to ${a.shape.length - 1}; 0 is the batch, 1 the channels`,
  })),
  'too-few-dimensions': entry((a: { kind: string; least: number; shape: Shape }) => ({
    message: `${a.kind} needs at least ${a.least} dimensions, but ${formatShape(a.shape)} comes in`,
    hint: 'move it before the flatten',
  })),
  'normalized-shape-mismatch': entry((a: { kind: string; expected: Shape; shape: Shape }) => ({
    message: `${a.kind} expects ${formatShape(a.expected)} in the last dimensions, but ${formatShape(a.shape)} comes in`,
    hint: `set normalized_shape to [${a.shape.slice(-a.expected.length).join(', ')}] or leave it out`,
  })),
  'cannot-train': entry((a: { reason: string }) => ({
    message: `PyTorch refuses to train this network: ${a.reason}`,
  })),
  'overwritten-in-place': entry((a: { by: string; kept: string }) => ({
    message: `${a.by} overwrites in place what the backward pass of ${a.kept} needs`,
    hint: `set inplace to false at ${a.by}`,
  })),
  'one-value-to-normalize': entry((a: { kind: string; shape: Shape }) => ({
    message: `${a.kind} takes means of single values: ${formatShape(a.shape)} comes in`,
    hint: 'give a larger batch or image, or fewer groups; at inference running statistics do as well',
  })),
  'output-padding-too-large': entry(
    (a: { output_padding: readonly number[]; stride: readonly number[]; dilation: readonly number[] }) => ({
      message:
        `the output_padding ${size(a.output_padding)} must be smaller than the stride ${size(a.stride)} ` +
        `or the dilation ${size(a.dilation)}`,
      hint: 'it only chooses between the sizes that a stride makes ambiguous',
    }),
  ),
  'output-collapses': entry((a: { size: readonly number[]; output: readonly number[] }) => ({
    message: `an input of ${size(a.size)} would give an output of ${size(a.output)}`,
    hint: 'give a larger --input, or less that takes away from it',
  })),
  'size-given-twice': entry((a: { name: string }) => ({
    message: `upsample to the size of its second input takes no ${a.name}`,
    hint: `leave ${a.name} or the second input out`,
  })),
  'size-or-scale-factor': entry((a: { both: boolean }) => ({
    message: `upsample takes size or scale_factor, not ${a.both ? 'both' : 'neither'}`,
    hint: a.both ? 'leave one out' : 'add scale_factor: 2',
  })),
  'align-corners-without-interpolation': entry((a: { mode: string }) => ({
    message: `align_corners has no meaning with mode ${quote(a.mode)}`,
    hint: 'leave it out, or choose the mode bilinear or bicubic',
  })),
  'mode-of-another-rank': entry((a: { mode: string; rank: 1 | 2 | 3; shape: Shape }) => ({
    message: `mode ${quote(a.mode)} takes ${layout(a.rank)}, but ${formatShape(a.shape)} comes in`,
    hint: 'choose linear for sequences, bilinear or bicubic for images, trilinear for volumes',
  })),
  'sizes-of-another-rank': entry(
    (a: { name: string; given: readonly number[]; size: readonly number[] }) => ({
      message: `${a.name} has ${a.given.length} numbers (${a.given.join(', ')}) for an input of ${size(a.size)}`,
      hint: 'give one number, or one for each spatial axis',
    }),
  ),
  'shapes-do-not-join': entry((a: { kind: string; shapes: readonly Shape[]; dim?: number }) => ({
    message:
      `${a.kind} cannot join ${a.shapes.map(formatShape).join(' and ')}` +
      (a.dim === undefined ? '' : ` along dimension ${a.dim}`),
    hint:
      a.dim === undefined
        ? 'sizes must be equal or 1: give the branches the same channels and strides'
        : 'every other dimension must be equal: give the branches the same strides and padding',
  })),
  'sizes-do-not-join': entry(
    (a: { kind: string; shapes: readonly Shape[]; dim?: number; multiple: number; input: Shape }) => ({
      message:
        `${a.kind} cannot join ${a.shapes.map(formatShape).join(' and ')}` +
        (a.dim === undefined ? '' : ` along dimension ${a.dim}`),
      hint: `each side of the input must be a multiple of ${a.multiple}, as in ${a.input.slice(1).join('x')}: halving an odd size rounds`,
    }),
  ),
  'equation-does-not-fit': entry((a: { equation: string; shapes: readonly Shape[] }) => ({
    message: `the equation ${quote(a.equation)} does not fit ${a.shapes.map(formatShape).join(' and ')}`,
    hint: 'it has a letter for each dimension, and the same letter for the same size',
  })),
  'grid-does-not-fit': entry((a: { shape: Shape; grid: Shape }) => ({
    message: `grid_sample cannot sample ${formatShape(a.shape)} at a grid of ${formatShape(a.grid)}`,
    hint: 'images take a grid of batch × height × width × 2, volumes one of batch × depth × height × width × 3',
  })),
  'columns-do-not-fold': entry((a: { area: number; columns: number; shape: Shape }) => ({
    message: `fold takes batch × a multiple of ${a.area} × ${a.columns}, but ${formatShape(a.shape)} comes in`,
    hint: 'the rows are channels × pixels of a patch, the columns the patches of output_size',
  })),
  'not-channels-last': entry((a: { kind: string; shape: Shape }) => ({
    message: `${a.kind} takes N×H×W×C, but ${formatShape(a.shape)} comes in`,
    hint: 'put a permute with dims [0, 2, 3, 1] before it',
  })),
  'positions-do-not-fit': entry((a: { wanted: Shape; shape: Shape }) => ({
    message: `the relative positions come as ${formatShape(a.shape)}, but the windows have ${formatShape(a.wanted)}`,
    hint: 'give a number for each position and head as the second input',
  })),
  'matrices-do-not-fit': entry((a: { shapes: readonly Shape[] }) => ({
    message: `matmul cannot multiply ${a.shapes.map(formatShape).join(' by ')}`,
    hint: 'the last size of the first must be the last but one of the second: transpose one of them',
  })),
  'values-unknown': entry((a: { kind: string }) => ({
    message: `the numbers of the ${a.kind} are not known, and the network computes with them`,
    hint: 'give them as `values`',
  })),
  'takes-several-inputs': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes two or more inputs, not ${a.count}`,
    hint: 'name the branches that it joins',
  })),
  'inplace-cannot-grow': entry((a: { kind: string; shape: Shape; output: Shape }) => ({
    message: `an in-place ${a.kind} cannot turn its first input ${formatShape(a.shape)} into ${formatShape(a.output)}`,
    hint: 'put the larger branch first, or leave inplace out',
  })),
  'takes-no-input': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes no input, not ${a.count}`,
    hint: 'leave its `from` out, and name it in the `from` of the layers that read it',
  })),
  'not-a-permutation': entry((a: { dims: readonly number[]; shape: Shape }) => ({
    message: `dims [${a.dims.join(', ')}] do not name each of the ${a.shape.length} dimensions of ${formatShape(a.shape)} once`,
    hint: 'the batch is dimension 0',
  })),
  'dimension-twice': entry((a: { dims: readonly number[]; shape: Shape }) => ({
    message: `dim [${a.dims.join(', ')}] names a dimension of ${formatShape(a.shape)} twice`,
    hint: 'name each once; negative ones count from the end',
  })),
  'cannot-expand': entry((a: { from: Shape; to: readonly number[] }) => ({
    message: `${formatShape(a.from)} cannot be expanded to [${a.to.join(', ')}]`,
    hint: 'only sizes of 1 are repeated, and new ones come in front',
  })),
  'no-such-index': entry((a: { index: number; dim: number; shape: Shape }) => ({
    message: `index ${a.index} is out of range along dimension ${a.dim} of ${formatShape(a.shape)}`,
    hint: `they are 0 to ${a.shape[a.dim]! - 1}; negative ones count from the end`,
  })),
  'empty-slice': entry((a: { start: number; end: number; size: number }) => ({
    message: `nothing lies from ${a.start} to before ${a.end} of ${a.size}`,
    hint: 'correct start and end',
  })),
  'shapes-do-not-stack': entry((a: { shapes: readonly Shape[] }) => ({
    message: `stack takes tensors of one shape, not ${a.shapes.map(formatShape).join(' and ')}`,
    hint: 'concat joins along a dimension that is there',
  })),
  'not-a-sequence': entry((a: { kind: string; batchFirst: boolean; shape: Shape }) => ({
    message: `${a.kind} takes ${a.batchFirst ? 'batch × steps × features' : 'steps × batch × features'}, but ${formatShape(a.shape)} comes in`,
    hint: 'flatten, reshape or permute it first',
  })),
  'wrong-tensor-type': entry(
    (a: { kind: string; place: number; count: number; wanted: string; type: string }) => ({
      message: `${a.kind} takes ${a.wanted}${a.count > 1 ? ` as input ${a.place + 1}` : ''}, but ${a.type} comes in`,
      hint:
        a.wanted === 'float'
          ? 'embed or compute with the integers first'
          : `give the input dtype: ${a.wanted}, as in inputs: {ids: {shape: [128], dtype: ${a.wanted}}}`,
    }),
  ),
  'too-many-results': entry((a: { kind: string; count: number; limit: number }) => ({
    message: `${a.kind} would give ${a.count} results, more than ${a.limit}`,
    hint: 'cut into larger parts',
  })),
  'sections-do-not-add-up': entry((a: { sections: readonly number[]; size: number }) => ({
    message: `sections of ${a.sections.join(', ')} do not add up to ${a.size}`,
  })),
  'takes-other-inputs': entry((a: { kind: string; least: number; most: number; count: number }) => ({
    message: `${a.kind} takes ${a.least === a.most ? a.least : `${a.least} to ${a.most}`} inputs, not ${a.count}`,
    hint: 'docs/layers.md says what each is for',
  })),
  'no-attention': entry((a: { query: Shape; key: Shape; value: Shape }) => ({
    message: `attention does not fit a query of ${formatShape(a.query)}, a key of ${formatShape(a.key)} and a value of ${formatShape(a.value)}`,
    hint: 'each is batch × heads × steps × features; query and key have the same features, key and value the same steps',
  })),
  'sequences-do-not-match': entry((a: { query: Shape; key: Shape; value: Shape }) => ({
    message: `a query of ${formatShape(a.query)}, a key of ${formatShape(a.key)} and a value of ${formatShape(a.value)} do not match`,
    hint: 'all have one batch, and key and value the same steps; batch_first says which dimension is the batch',
  })),
  'heads-do-not-divide': entry((a: { embedDim: number; heads: number }) => ({
    message: `embed_dim ${a.embedDim} cannot be divided among ${a.heads} heads`,
    hint: 'num_heads must divide embed_dim',
  })),
  'takes-one-input': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes one input, not ${a.count}`,
    hint: 'join the branches with add, mul or concat first',
  })),
  'shared-weights-differ': entry((a: { owner: string; expected: string; actual: string }) => ({
    message: `cannot share the weights of ${a.owner}: they are ${a.expected}, here ${a.actual} is needed`,
  })),
};
