import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { architecture } from '../arch/catalog.ts';
import { parseSpec } from '../arch/spec/spec.ts';
import { VggError } from '../core/errors/error.ts';
import type { Io } from './io/io.ts';
import type { NetworkOptions } from './options/options.ts';
import { readStdin, readText, STDIN } from './io/read-text.ts';
import { checkRead, named } from './source-named.ts';
import type { Network } from './source.ts';

/** A spec from a file, or from standard input for `-`. */
export async function fromFile(file: string, options: NetworkOptions, io: Io): Promise<Network> {
  if (/\.onnx$/i.test(file)) throw new VggError('file-not-supported', { format: 'ONNX' }, { file });
  const stdin = file === '-';
  checkRead(() => false, stdin ? 'a spec' : `the spec ${file}`, options);
  const text = stdin ? await readStdin(io) : await readText(file, io.cwd);
  return { graph: parseSpec(text, stdin ? STDIN : file, { classes: options.classes }) };
}

/** What no built-in name is: a file without an ending that tells its format, or a mistake. */
export async function fromUnknown(arch: string, options: NetworkOptions, io: Io): Promise<Network> {
  const looksLikePath = /^(?:\.{0,2}|~)[/\\]|^\.{1,2}$/.test(arch);
  const exists = () =>
    stat(resolve(io.cwd, arch)).then(
      () => true,
      () => false,
    );
  if (looksLikePath || (arch !== '' && (await exists()))) return fromFile(arch, options, io);
  // Neither a file nor a name: the catalog says which names are near.
  return named(architecture(arch), options);
}
