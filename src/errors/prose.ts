import { formatShape, type Shape } from '../graph/shape.ts';

type Entry<A> = (args: A) => { message: string; hint?: string };
type Pair = readonly [number, number];

const size = ([height, width]: Pair) => `${height}×${width}`;
const didYouMean = (nearest: readonly string[]) =>
  nearest.length === 0 ? undefined : `did you mean ${nearest.join(', ')}?`;
const quote = (value: unknown) => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
};

const entry = <A>(entry: Entry<A>) => entry;

/** The words of every error: what is wrong, and how to mend it. The only place where they stand. */
export const prose = {
  'unknown-architecture': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown architecture ${quote(a.name)}`,
    hint:
      didYouMean(a.nearest) ??
      '`vgg-inspect list` shows the built-in names; a file needs .yaml, .yml or .json',
  })),
  'unknown-kind': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown layer kind ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? 'the kinds are listed in docs/layers.md',
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
    message: `${a.kind}: ${a.name === '' ? 'its arguments' : a.name} ${a.problem}, not ${quote(a.value)}`,
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
  'channels-mismatch': entry((a: { expected: number; actual: number; path?: string }) => ({
    message: `${a.path ?? 'it'} expects ${a.expected} input channels, the layers before it give ${a.actual}`,
    hint: `set in_channels to ${a.actual} or leave it out`,
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
  'groups-do-not-divide': entry((a: { groups: number; channels: number; side: string }) => ({
    message: `groups=${a.groups} does not divide the ${a.channels} ${a.side} channels`,
    hint: `choose groups that divide both channel counts`,
  })),
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
    hint: 'give a larger --input, or a smaller kernel, stride or more padding',
  })),
  'bad-flatten': entry((a: { start: number; end: number; shape: Shape }) => ({
    message: `cannot flatten dimensions ${a.start} to ${a.end} of ${formatShape(a.shape)}`,
  })),
  'takes-one-input': entry((a: { kind: string; count: number }) => ({
    message: `${a.kind} takes one input, not ${a.count}`,
    hint: 'join the branches with add, mul or concat first',
  })),
  'shared-weights-differ': entry((a: { owner: string; expected: string; actual: string }) => ({
    message: `cannot share the weights of ${a.owner}: they are ${a.expected}, here ${a.actual} is needed`,
  })),
} satisfies Record<string, Entry<never>>;

export type Prose = typeof prose;
