import { didYouMean, entry, quote } from './words.ts';

/** Named networks, and graphs as a whole. */
export const networks = {
  'unknown-architecture': entry((a: { name: string; nearest: readonly string[] }) => ({
    message: `unknown architecture ${quote(a.name)}`,
    hint:
      didYouMean(a.nearest) ??
      '`vgg-inspect list` shows the built-in names; a file needs .yaml, .yml, .json or .onnx',
  })),
  'bad-conv-arch': entry((a: { problem: string }) => ({
    message: `the conv_arch ${a.problem}`,
    hint: 'write the convolutions and channels of each block, as in "((1,64),(1,128))"',
  })),
  'bad-cfg': entry((a: { problem: string }) => ({
    message: `the list ${a.problem}`,
    hint: 'write the channels of each convolution and M for a max-pool, as in "64,M,128,M"',
  })),
  'duplicate-path': entry((a: { path: string }) => ({
    message: `two layers are called ${quote(a.path)}`,
    hint: 'give one of them another name',
  })),
  'unknown-layer': entry((a: { name: string; known: readonly string[] }) => ({
    message: `no layer called ${quote(a.name)} comes before this one`,
    hint:
      a.known.length === 0 ? 'there is none so far' : `the layers so far: ${a.known.slice(-5).join(', ')}`,
  })),
  'no-such-result': entry((a: { path: string; index: number; count: number }) => ({
    message: `${quote(`${a.path}:${a.index}`)} is asked for, and ${quote(a.path)} gives ${a.count === 1 ? 'one result' : `${a.count} results`}`,
    hint: 'the first is `name`, the second `name:1`',
  })),
  'too-many-layers': entry((a: { limit: number }) => ({
    message: `more than ${a.limit} layers`,
    hint: 'split the network',
  })),
  'too-large': entry((a: { what: string }) => ({
    message: `${a.what} passes 2^53 and could not be exact`,
    hint: 'use a smaller batch or input',
  })),
  'nothing-to-checkpoint': entry((a: { pattern: string }) => ({
    message: `--checkpointing ${quote(a.pattern)} fits no layer`,
    hint: 'give block, a number, or paths such as layer1.*,layer2.*; --json shows the paths',
  })),
  'no-normalization': entry((a: { name: string }) => ({
    message: `--eval-norm has no effect on ${a.name}, which has no normalization layer`,
    hint: 'leave it out',
  })),
  'nothing-to-freeze': entry((a: { pattern: string; nearest: readonly string[] }) => ({
    message: `no layer to freeze is called ${quote(a.pattern)}`,
    hint: didYouMean(a.nearest) ?? 'give the path of a layer or of what is around it, with * for any name',
  })),
  'nothing-to-learn': entry(() => ({
    message: 'no layer before the loss has a weight that is learned',
    hint: 'freeze fewer layers, or add one with weights',
  })),
  'ratio-does-not-divide': entry((a: { channels: number; ratio: number }) => ({
    message: `--ratio ${a.ratio} does not divide ${a.channels} channels`,
    hint: 'choose a ratio that divides the channels of every convolution',
  })),
};
