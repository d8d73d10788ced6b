import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import { reportList } from '../../report/index.ts';
import type { Io } from '../io/io.ts';
import { lists, longLists } from './list/lists.ts';
import { addOutputOptions, type OutputOptions } from '../options/options.ts';
import { reportOptions, writeData } from '../io/output.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

/** `vgg-inspect list [what]`: names that can be given. */
export async function list(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('list')
    .description('The names that can be given on the command line.')
    .argument('[what]', [...lists.keys()].join(', '));
  addOutputOptions(command);
  addExamples(command, [
    'vgg-inspect list architectures',
    'vgg-inspect list devices',
    'vgg-inspect list published --format csv',
  ]);
  if (!(await parse(command, argv, io))) return 0;

  const options = command.opts<OutputOptions>();
  const how = reportOptions(options, io);
  const items = await Promise.all(chosen(command.args[0]).map((load) => load()));
  await writeData(await reportList(items.flat(), how), options, io);
  return 0;
}

function chosen(what: string | undefined) {
  if (what === undefined) return [...lists].flatMap(([name, load]) => (longLists.has(name) ? [] : [load]));
  const found = lists.get(what);
  if (found) return [found];
  const known = [...lists.keys()];
  throw new VggError('unknown-list', { name: what, known, nearest: nearest(what, known) });
}
