import { didYouMean, entry, fixed, quote } from './words.ts';

/** What makes of an SVG a file that ends so. */
const CONVERTERS: Readonly<Record<string, string>> = {
  pdf: 'write net.svg and convert it: rsvg-convert -f pdf net.svg -o net.pdf; or net.tex for LaTeX',
  png: 'write net.svg and convert it: rsvg-convert --zoom 2 net.svg -o net.png',
};

/** Options, arguments and files. */
export const commandLine = {
  'unknown-layer-filter': entry(
    (a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `--only: ${quote(a.name)} is not a layer kind, family or short name`,
      hint: didYouMean(a.nearest) ?? `give some of ${a.known.join(', ')}`,
    }),
  ),
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
  'too-many-arguments': entry((a: { extra: string }) => ({
    message: `one argument too many: ${quote(a.extra)}`,
    hint: 'quote values that contain spaces; compare takes several networks; --help shows the usage',
  })),
  'unknown-command': entry((a: { name: string; nearest: readonly string[]; known: readonly string[] }) => ({
    message: `unknown command ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
  })),
  'compare-needs-two': entry((a: { given: readonly string[] }) => ({
    message: 'compare needs two networks',
    hint: `for example: vgg-inspect compare ${a.given[0] ?? 'alexnet'} ${a.given[0] === 'vgg11' ? 'alexnet' : 'vgg11'}`,
  })),
  'unknown-library-option': entry(
    (a: { name: string; where: string; belongs: string | undefined; nearest: readonly string[] }) => ({
      message: `unknown option ${quote(a.name)} in ${a.where}`,
      hint: a.belongs === undefined ? didYouMean(a.nearest) : `write ${a.belongs}`,
    }),
  ),
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
  'bad-input-size': entry((a: { text: string; problem: string; example?: readonly number[] }) => ({
    message: `--input ${quote(a.text)} ${a.problem}`,
    hint:
      a.example === undefined || a.example.length === 3
        ? 'give NxCxHxW such as 1x3x224x224, or CxHxW with --batch N'
        : `give ${[1, ...a.example].join('x')}, the batch first, or ${a.example.join('x')} with --batch N`,
  })),
  'unknown-input': entry((a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
    message: `the network has no input ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? `it takes ${a.known.join(', ')}`,
  })),
  'input-twice': entry((a: { name: string }) => ({
    message: `--input says twice what ${a.name} is`,
    hint: 'give each input once',
  })),
  'too-many-inputs': entry((a: { count: number; known: readonly string[] }) => ({
    message: `there ${a.count === 1 ? 'is one --input' : `are ${a.count} --input`} too many`,
    hint: `the network takes ${a.known.join(', ')}`,
  })),
  'input-type-differs': entry((a: { name: string; type: string; expected: string }) => ({
    message: `the input ${a.name} is ${a.expected}, not ${a.type}`,
    hint: 'leave the type out',
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
    message: `unknown list ${quote(a.name)}`,
    hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
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
    hint: 'export the network to ONNX, or write it as a YAML or JSON spec; docs/spec.md tells how',
  })),
  'no-working-folder': entry((a: { reason: string }) => ({
    message: `the working folder cannot be read: ${a.reason}`,
    hint: 'change to a folder that is there',
  })),
  'cannot-write': entry((a: { file: string; reason: string }) => ({
    message: `cannot write ${a.file}: ${a.reason}`,
  })),
  'figure-format': entry((a: { file: string; ending: string; known: readonly string[] }) => ({
    message: `${quote(a.file)}: figures are written as ${a.known.map((known) => `.${known}`).join(' or ')}${a.ending === '' ? '' : `, not .${a.ending}`}`,
    hint: CONVERTERS[a.ending] ?? 'end the name of the file that -o names in one of these',
  })),
  'figure-too-large': entry((a: { boxes: number }) => ({
    message: `a graph of ${a.boxes} boxes, and of lines as long as these, takes too long to lay out`,
    hint: 'fold it with a smaller --depth, or take --style blocks',
  })),
  'option-needs': entry((a: { option: string; needed: string }) => ({
    message: `${a.option} has no effect without ${a.needed}`,
    hint: `add ${a.needed}`,
  })),
};
