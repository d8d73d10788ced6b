import type { Command } from 'commander';
import type { WeightReader } from '../../../arch/weights.ts';
import { match } from '../../../check/weights/match.ts';
import { search } from '../../../check/weights/search.ts';
import { stateDict } from '../../../check/weights/state-dict.ts';
import { summarize } from '../../../check/weights/summary.ts';
import { VggError } from '../../../core/errors/error.ts';
import { weightsReport } from '../../../report/subjects/weights.ts';
import { writeReport } from '../../../report/write.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io/io.ts';
import { loadNetwork } from '../../io/load-network.ts';
import { reportOptions, writeData } from '../../io/output.ts';
import { inPieces } from '../../io/read-file.ts';
import type { AnalysisOptions, OutputOptions, RowOptions } from '../../options/options.ts';

export type WeightsOptions = AnalysisOptions & OutputOptions & RowOptions & { readonly match?: string };

/** What has an effect on a file of weights, and what does where it is compared with a network. */
const READ = ['match', 'depth', 'format', 'json', 'output', 'color'];
const READ_TO_MATCH = [
  'classes',
  'ratio',
  'head',
  'pointwiseFrom',
  'path',
  'auxLogits',
  'input',
  'convArch',
  'cfg',
  'name',
];

/**
 * `vgg-inspect weights.safetensors [--match <arch>]`: the tensors of a file, and the network that they are of. Ends with
 * 1 where a network was asked for and they are not of it.
 */
export async function inspectWeights(
  file: string,
  reader: WeightReader,
  command: Command,
  io: Io,
): Promise<number> {
  const options = command.opts<WeightsOptions>();
  refuseUnread(file, command, options.match !== undefined);
  const read = await reader.load();
  const stored = await inPieces(file, io.cwd, Infinity, async (content) => {
    try {
      return read(content);
    } catch (error) {
      throw error instanceof VggError ? error.at({ file }) : error;
    }
  });
  const asked =
    options.match === undefined
      ? undefined
      : match(stored.tensors, options.match, stateDict(await loadNetwork(options.match, options, io)));
  const found = asked ? [] : search(stored.tensors);
  const report = weightsReport(summarize(file, stored, found, asked), options.depth);
  const how = reportOptions(options, io);
  await writeData(await writeReport(report, how.format, how), options, io);
  return asked && !asked.fits ? exitCodes.assertionFailed : exitCodes.fine;
}

/** Options of a network mean nothing to a file that holds none. */
function refuseUnread(file: string, command: Command, matching: boolean): void {
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || READ.includes(name)) continue;
    if (READ_TO_MATCH.includes(name) && matching) continue;
    const readers = READ_TO_MATCH.includes(name) ? 'the network that --match names' : 'networks';
    throw new VggError('option-not-read', { option: option.long ?? name, by: file, readers });
  }
}
