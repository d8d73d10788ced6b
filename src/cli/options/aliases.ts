import type { Command } from 'commander';

/** Names that people bring along from other tools, and the option that each means. */
const meant: ReadonlyMap<string, string> = new Map([
  ['--batch-size', '--batch'],
  ['--bs', '--batch'],
  ['--input-size', '--input'],
  ['--input-shape', '--input'],
  ['--img-size', '--input'],
  ['--image-size', '--input'],
  ['--num-classes', '--classes'],
  ['--learning-rate', '--lr'],
  ['--num-epochs', '--epochs'],
  ['--optim', '--optimizer'],
  ['--precision', '--dtype'],
  ['--out', '--output'],
  ['--gpu', '--device'],
]);

/** The command line with options by other names under their own, where the command has those and not these. */
export function withAliases(argv: readonly string[], { options }: Command): string[] {
  const known = new Set(options.map(({ long }) => long));
  const end = argv.indexOf('--');
  return argv.map((word, i) => {
    if (end !== -1 && i > end) return word;
    const [name = '', ...value] = word.split('=');
    const own = meant.get(name);
    if (own === undefined || known.has(name) || !known.has(own)) return word;
    return [own, ...value].join('=');
  });
}
