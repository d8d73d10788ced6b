import type { LiteralOptions, NetworkOptions } from '../../arch/options.ts';
import { VggError } from '../../core/errors/error.ts';
import { choice } from '../../core/options/values.ts';
import type { ExportedFile } from '../../export/format.ts';
import { exportFormats } from '../../export/registry.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { loadNetwork } from '../io/load-network.ts';
import { printable } from '../io/printable.ts';
import { writeFile } from '../io/write-file.ts';
import { addOptions, option } from '../options/option.ts';
import { addLiteralOptions, addNetworkOptions } from '../options/options.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

type Options = NetworkOptions & LiteralOptions & { readonly to?: string; readonly output?: string };

const names = exportFormats.map(({ name }) => name);

/** `vgg-inspect export <arch> --to <format>`: writes the network for other programs. */
export async function exportNetwork(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('export')
    .description('Writes a network for other programs.')
    .argument(
      '[arch]',
      'a built-in name, a spec (.yaml, .yml, .json), an .onnx file, or - for standard input',
    );
  addLiteralOptions(command);
  addNetworkOptions(command);
  command.addOption(option('--to <format>', names.join(', '), choice('--to', names), names));
  // Formats may share options.
  addOptions(command, Object.assign({}, ...exportFormats.map(({ options }) => options)));
  command.addOption(option('-o, --output <file>', 'write to this file'));
  addExamples(command, [
    `vgg-inspect export lenet --to ${names[0]}`,
    `vgg-inspect export vgg11 --ratio 4 --to ${names[0]} -o vgg11.onnx`,
    `vgg-inspect export net.yaml --to ${names[0]}`,
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;
  const options = command.opts<Options>();
  const format = exportFormats.find(({ name }) => name === options.to);
  if (!format) {
    const what = `the format, --to ${names.join(' or ')},`;
    throw new VggError('missing-argument', { what, example: `vgg-inspect export lenet --to ${names[0]}` });
  }
  const graph = await loadNetwork(command.args[0], options, io);
  for (const { name, bytes, about } of named(format.write(graph, command.opts<never>()), options.output)) {
    await writeFile(name, bytes, io.cwd, { orDevice: true });
    if (!io.quiet) await io.stderr.write(`${printable(`wrote ${name}: ${about}`)}\n`);
  }
  return exitCodes.fine;
}

/** The first file where the user wants it. Throws `options-contradict` where another one would overwrite it. */
function named([first, ...others]: readonly ExportedFile[], output: string | undefined): ExportedFile[] {
  if (!first) return [];
  const file = output ?? first.name;
  const same = others.find(({ name }) => name === file);
  if (same) {
    throw new VggError('options-contradict', { first: `${same.option} ${file}`, second: `-o ${file}` });
  }
  return [{ ...first, name: file }, ...others];
}
