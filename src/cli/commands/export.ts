import { exitCodes } from '../exit-codes.ts';
import { formatNames, formats, type FormatName } from './export/formats.ts';
import { addExportOptions, type ExportOptions } from './export/options.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Io } from '../io/io.ts';
import { addLiteralOptions, addNetworkOptions } from '../options/options.ts';
import { parse, parser } from '../options/parser.ts';

/** `vgg-inspect export <arch> --to <format>`: writes the network for other programs. */
export async function exportNetwork(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('export')
    .description('Writes a network for other programs.')
    .argument('[arch]', 'a built-in name, a spec (.yaml, .yml, .json), or - for standard input');
  addLiteralOptions(command);
  addNetworkOptions(command);
  addExportOptions(command);
  if (!(await parse(command, argv, io))) return exitCodes.fine;
  const options = command.opts<ExportOptions>();
  if (options.to === undefined) {
    const what = `the format, --to ${formatNames.join(' or ')},`;
    throw new VggError('missing-argument', { what, example: 'vgg-inspect export lenet --to onnx-training' });
  }
  const write = await formats.get(options.to as FormatName)!();
  await write(command.args[0], options, io);
  return exitCodes.fine;
}
