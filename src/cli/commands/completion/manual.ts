import { version } from '../../options/parser.ts';
import type { Described, DescribedOption } from './describe.ts';

/** Text as roff takes it: no line begins with a dot by chance, and dashes are those that can be typed. */
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, String.raw`\&$1`);

/** The manual page vgg-inspect(1), from the data of which every `--help` is made. */
export function manual(commands: readonly Described[]): string {
  const [first, ...others] = commands;
  return [
    `.TH VGG\\-INSPECT 1 "" "vgg\\-inspect ${roff(version())}" "User Commands"`,
    '.SH NAME',
    `vgg\\-inspect \\- ${roff('what a convolutional network is before you run it')}`,
    '.SH SYNOPSIS',
    ...commands.flatMap(({ usage }) => ['.PP', roff(usage)]),
    '.SH DESCRIPTION',
    roff(
      'Prints shapes, parameters, multiply-accumulates, memory and a lower bound of the time of a network, without ' +
        'running it. A network is a built-in name, a spec, PyTorch source or an ONNX file.',
    ),
    ...(first ? command(first) : []),
    ...others.flatMap(command),
    '.SH EXIT STATUS',
    ...[
      ['0', 'fine'],
      ['1', 'an assertion, a budget or the lock does not hold, or a number has no explanation'],
      ['2', 'wrong usage or input'],
      ['3', 'a check of a training failed'],
      ['70', 'a fault of the program'],
      ['130', 'interrupted'],
    ].flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning!)]),
    '',
  ].join('\n');
}

function command({ name, summary, description, options, examples }: Described): string[] {
  return [
    `.SH "${roff(name.toUpperCase())}"`,
    roff(description || summary),
    ...byGroup(options).flatMap(([group, own]) => [
      `.SS "${roff(group.replace(/:$/, ''))}"`,
      ...own.flatMap(({ flags, about }) => ['.TP', `.B ${roff(flags)}`, roff(about)]),
    ]),
    ...(examples.length > 0 ? ['.SS Examples', '.nf', ...examples.map(roff), '.fi'] : []),
  ];
}

function byGroup(options: readonly DescribedOption[]): [string, DescribedOption[]][] {
  const groups = new Map<string, DescribedOption[]>();
  for (const option of options) {
    const own = groups.get(option.group);
    if (own) own.push(option);
    else groups.set(option.group, [option]);
  }
  return [...groups];
}
