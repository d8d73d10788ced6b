import { analyze } from '../../analysis/analyze.ts';
import { analyzeOptions } from '../../analysis/options/analyze-options.ts';
import { diff } from '../../check/diff/diff.ts';
import { VggError } from '../../core/errors/error.ts';
import { diffReport } from '../../report/subjects/diff.ts';
import { writeReport } from '../../report/write.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { loadNetwork } from '../io/load-network.ts';
import { reportOptions, writeData } from '../io/output.ts';
import { writeWarnings } from '../io/warnings.ts';
import {
  addInputOptions,
  addMemoryOptions,
  addNetworkOptions,
  addOutputOptions,
  type AnalysisOptions,
  type OutputOptions,
} from '../options/options.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

/**
 * `vgg-inspect diff <before> <after>`: what makes the second network another than the first. Ends with 0 where nothing
 * does, with 1 where something does. The options hold for both.
 */
export async function diffNetworks(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('diff')
    .description(
      'What changed from one network to another, layer by layer. Exits with 0 if nothing did, else with 1.',
    )
    .argument('[before]', 'a built-in name, a file, or a file at a git revision such as net.yaml@HEAD~1')
    .argument('[after]', 'another one');
  addNetworkOptions(command);
  addInputOptions(command);
  addMemoryOptions(command);
  addOutputOptions(command);
  addExamples(command, [
    'vgg-inspect diff vgg11 vgg13',
    'vgg-inspect diff net.yaml@HEAD~1 net.yaml',
    'vgg-inspect diff model.py@main model.py --input 3x224x224 --json',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;

  const [before, after] = command.args;
  if (before === undefined || after === undefined)
    throw new VggError('missing-argument', {
      what: 'a second network',
      example: 'vgg-inspect diff vgg11 vgg13',
    });
  if (before === '-' && after === '-') throw new VggError('stdin-twice', {});
  const options = command.opts<AnalysisOptions & OutputOptions>();
  const analyses = [];
  for (const name of [before, after]) {
    const graph = await loadNetwork(name, options, io);
    analyses.push(analyze(graph, analyzeOptions(graph, options)));
  }
  const [first, second] = analyses as [(typeof analyses)[0], (typeof analyses)[0]];
  const result = diff(first, second);
  const how = reportOptions(options, io);
  await writeData(await writeReport(diffReport(result), how.format, how), options, io);
  await writeWarnings(analyses, io);
  return result.same ? exitCodes.fine : exitCodes.assertionFailed;
}
