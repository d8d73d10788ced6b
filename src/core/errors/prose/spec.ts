import { didYouMean, entry, fixed, quote } from './words.ts';

/** Spec files. */
export const spec = {
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
    message: `the key ${quote(a.key)} appears twice in this mapping`,
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
  'spec-input-and-inputs': fixed({
    message: 'the spec has both input and inputs',
    hint: 'leave one out',
  }),
  'spec-bad-input-name': entry((a: { name: string }) => ({
    message: `${quote(a.name)} cannot be the name of an input`,
    hint: 'it takes a letter first, then letters, digits, _ and -',
  })),
  'spec-bad-output': entry((a: { path: string }) => ({
    message: `${a.path} cannot be an output${a.path.startsWith('@') ? ': it is an input' : ' twice'}`,
    hint: 'name each layer once whose result the network gives',
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
};
