import { extname } from 'node:path';
import { analyze } from '../../analysis/analyze.ts';
import { analyzeOptions } from '../../analysis/options/analyze-options.ts';
import { VggError } from '../../core/errors/error.ts';
import { choice, count } from '../../core/options/values.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { loadNetwork } from '../io/load-network.ts';
import { writeData } from '../io/output.ts';
import { option } from '../options/option.ts';
import {
  addInputOptions,
  addLiteralOptions,
  addNetworkOptions,
  type AnalysisOptions,
} from '../options/options.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

type Options = AnalysisOptions & {
  readonly style?: string;
  readonly depth?: number;
  readonly output?: string;
};

/** `vgg-inspect draw <arch> -o net.svg`: a figure for slides and papers. */
export async function draw(argv: readonly string[], io: Io): Promise<number> {
  const { drawNetwork, figureEndings, styleNames } = await import('../../draw/index.ts');
  const command = parser('draw')
    .description('A figure of a network for slides and papers: SVG, or TikZ for LaTeX.')
    .argument(
      '[arch]',
      'a built-in name, a spec (.yaml, .yml, .json), an .onnx file, or - for standard input',
    )
    .addOption(option('--style <name>', styleNames.join(', '), choice('--style', styleNames)))
    .addOption(option('--depth <n>', 'fold blocks below this level', count('--depth')));
  addLiteralOptions(command);
  addNetworkOptions(command);
  addInputOptions(command);
  command.addOption(
    option(
      '-o, --output <file>',
      `write to a file: ${figureEndings.map((ending) => `.${ending}`).join(', ')}`,
    ),
  );
  addExamples(command, [
    'vgg-inspect draw vgg11 --style volumes -o vgg11.svg',
    'vgg-inspect draw torchvision/resnet50 --depth 1 -o resnet50.svg',
    'vgg-inspect draw net.yaml --style blocks -o net.tex',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;
  const options = command.opts<Options>();
  const ending = endingOf(options.output, figureEndings);
  const graph = await loadNetwork(command.args[0], options, io);
  const analysis = analyze(graph, analyzeOptions(graph, options));
  const { style, depth } = options;
  await writeData(drawNetwork(analysis, { style, depth, ending }), options, io);
  return exitCodes.fine;
}

/** Which format a file is to be in; undefined where none is named. Throws `figure-format`. */
function endingOf(file: string | undefined, known: readonly string[]): string | undefined {
  if (file === undefined || file === '-') return undefined;
  const ending = extname(file).slice(1).toLowerCase();
  if (known.includes(ending)) return ending;
  throw new VggError('figure-format', { file, ending, known });
}
