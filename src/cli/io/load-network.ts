import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { architecture, findArchitecture, withoutSource } from '../../arch/catalog.ts';
import { load, type LoadOptions, type Spelling } from '../../arch/load.ts';
import type { LiteralOptions } from '../../arch/options.ts';
import { namedSource } from '../../arch/named.ts';
import { readerOfContent, readerOfName, unread } from '../../arch/readers.ts';
import type { Source } from '../../arch/source.ts';
import { weightReader } from '../../arch/weights.ts';
import { VggError } from '../../core/errors/error.ts';
import type { InputSize } from '../../core/options/values.ts';
import { inMemory } from '../../core/random-access.ts';
import { optionWords } from '../../core/options/option.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';
import { inPieces, readBytes, readStdin, STDIN } from './read-file.ts';
import type { SourceFiles } from './source-files.ts';

/** What reading takes of the process. */
type Reads = Pick<Io, 'cwd' | 'stdin'> & Partial<Pick<Io, 'stderr' | 'quiet'>>;

/** The sizes that are asked for, by which files are read whose shapes depend on them. */
interface Asked {
  readonly input?: readonly InputSize[] | InputSize;
  /** Some commands try several. */
  readonly batch?: unknown;
  /** Folders with packages that Python source imports. */
  readonly path?: readonly string[];
}

/** The network that one argument and its options mean. Throws as `load` and as reading a file. */
export async function loadNetwork(
  arch: string | undefined,
  options: LoadOptions & LiteralOptions & Asked,
  io: Reads,
): Promise<Graph> {
  return loadSource(await sourceOf(arch, options, io), options);
}

/** As `load`, for options of the command line. */
export const loadSource = (source: Source, options: LoadOptions): Graph => load(source, options, flag);

/** `--pointwise-from`, `--no-aux-logits` */
const flag: Spelling = (choice, value) => {
  const words = optionWords(choice);
  return value === false ? `--no-${words}` : `--${words}`;
};

/** What a network is built from, its file read. */
export async function sourceOf(
  arch: string | undefined,
  options: LiteralOptions & Asked,
  io: Reads,
): Promise<Source> {
  const { convArch, cfg } = options;
  if (convArch !== undefined && cfg !== undefined) {
    throw new VggError('options-contradict', { first: '--conv-arch', second: '--cfg' });
  }
  if (convArch !== undefined) {
    return (await import('../../arch/literal/source.ts')).convArchSource(convArch, arch);
  }
  if (cfg !== undefined) return (await import('../../arch/literal/source.ts')).cfgSource(cfg, arch);
  if (arch === undefined) {
    throw new VggError('missing-argument', { what: 'the architecture', example: 'vgg-inspect vgg11' });
  }
  const revised = await fromRevision(arch, options, io);
  if (revised) return revised;
  const python = pythonFile(arch);
  if (python) return fromPython(python, options, io);
  if (options.path !== undefined)
    throw new VggError('option-not-read', { option: '--path', by: arch, readers: 'PyTorch source (.py)' });
  if (weightReader(arch)) throw new VggError('weights-without-network', {}, { file: arch });
  const known = findArchitecture(arch);
  if (known) return namedSource(known);
  if (arch === '-' || unreadFormat(arch) !== undefined || readerOfName(arch) || looksLikeFile(arch, io))
    return fromFile(arch, options, io);
  const [meant, ...others] = withoutSource(arch);
  if (meant && others.length === 0) {
    if (!io.quiet) await io.stderr?.write(`note: ${printable(arch)} is ${meant.name}\n`);
    return namedSource(meant);
  }
  // Neither a file nor a name: the catalog says which names are near.
  return namedSource(architecture(arch));
}

const unreadFormat = (file: string) =>
  [...unread].find(([extension]) => file.toLowerCase().endsWith(extension))?.[1];

function looksLikeFile(arch: string, { cwd }: Reads): boolean {
  if (/^(?:\.{0,2}|~)[/\\]|^\.{1,2}$/.test(arch)) return true;
  return arch !== '' && existsSync(resolve(cwd, arch));
}

interface PythonPlace {
  readonly file: string;
  readonly expression: string | undefined;
}

/** `model.py`, or `model.py:Net(10)`. */
function pythonFile(arch: string): PythonPlace | undefined {
  const [, file, expression] = /^(.*?\.py)(?::(.+))?$/is.exec(arch) ?? [];
  return file === undefined ? undefined : { file, expression };
}

async function fromPython({ file, expression }: PythonPlace, asked: Asked, io: Reads): Promise<Source> {
  const { PYTHON_LIMIT_MIB } = await import('./python-files.ts');
  const content = await readBytes(file, io.cwd, PYTHON_LIMIT_MIB);
  return python(content, { file, expression }, asked, io);
}

async function python(
  content: Uint8Array,
  { file, expression }: PythonPlace,
  asked: Asked,
  io: Reads,
  sources?: SourceFiles,
): Promise<Source> {
  const { pythonFiles } = await import('./python-files.ts');
  const { readPythonSource } = await import('../../arch/python.ts');
  let printed = '';
  const files = pythonFiles(file, io.cwd, asked.path ?? [], (text) => (printed += text), sources);
  try {
    return await readPythonSource(inMemory(content), file, sizesOf(asked), { expression, files });
  } finally {
    // Standard output is the tool's own.
    if (printed !== '') await io.stderr?.write(printed);
  }
}

/** `net.yaml@HEAD~1`: a file of a format that is read, and what it imports, as a revision has them. */
async function fromRevision(arch: string, asked: Asked, io: Reads): Promise<Source | undefined> {
  if (!arch.includes('@')) return undefined;
  const { atRevision, filesAt } = await import('./revision.ts');
  const revised = atRevision(arch, io.cwd);
  if (!revised) return undefined;
  const { file, revision } = revised;
  const place = pythonFile(revised.arch);
  const reader = readerOfName(file);
  // Only of Python source a part can be taken.
  if (!place && (!reader || revised.arch !== file)) return undefined;
  const sources = filesAt(revised, io.cwd);
  const path = resolve(io.cwd, file);
  if (reader) {
    const content = sources.read(path, reader.limitMiB);
    return (await reader.load())(inMemory(content), `${file}@${revision}`, sizesOf(asked));
  }
  const { PYTHON_LIMIT_MIB } = await import('./python-files.ts');
  return python(sources.read(path, PYTHON_LIMIT_MIB), place!, asked, io, sources);
}

const sizesOf = ({ input, batch }: Asked) => ({
  input: input && 'text' in input ? [input] : input,
  ...(typeof batch === 'number' && { batch }),
});

/** A file, or standard input for `-`. */
async function fromFile(file: string, asked: Asked, io: Reads): Promise<Source> {
  const format = unreadFormat(file);
  if (format !== undefined) throw new VggError('file-not-supported', { format }, { file });
  const sizes = sizesOf(asked);
  const told = readerOfName(file);
  const byContent = (start: Uint8Array) => readerOfContent(start).limitMiB;
  if (told?.inPieces)
    return inPieces(file, io.cwd, byContent, async (content) => (await told.load())(content, file, sizes));
  const content =
    file === '-'
      ? await readStdin(io, byContent)
      : await readBytes(file, io.cwd, told?.limitMiB ?? byContent);
  const read = await (told ?? readerOfContent(content)).load();
  return read(inMemory(content), file === '-' ? STDIN : file, sizes);
}
