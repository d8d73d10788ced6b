import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Io, Sink } from '../../src/cli/io/io.ts';
import type { run } from '../../src/cli/run.ts';
import type { Result } from '../cli/fake-io.ts';
import type { Toy } from './toys.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the sources in a folder of its own, with the toys added. */
export async function copyWith(toys: readonly Toy[]): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'vgg-inspect-toys-')));
  for (const name of ['src', 'docs', 'fixtures', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { files, edits } of toys) {
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(folder, path), text.trimStart(), { flag: 'wx' });
    }
    for (const { path, at, becomes } of edits) {
      const text = await readFile(join(folder, path), 'utf8');
      const parts = text.split(at);
      if (parts.length !== 2) throw new Error(`${path} has ${JSON.stringify(at)} ${parts.length - 1} times`);
      await writeFile(join(folder, path), parts.join(becomes));
    }
  }
  return folder;
}

/** Compiles a copy, and gives what the compiler says against it. */
export async function compile(folder: string): Promise<string> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const finished = await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: folder,
  }).catch((error: { readonly stdout: string }) => error);
  return finished.stdout;
}

/** The command line of a compiled copy, to be run in this process. */
export async function commandLine(folder: string) {
  const main = pathToFileURL(join(folder, 'dist', 'cli', 'run.js')).href;
  const copied = (await import(/* @vite-ignore */ main)) as { run: typeof run };
  return async (argv: readonly string[], stdin = ''): Promise<Result> => {
    const [out, err]: [string[], string[]] = [[], []];
    const sink = (into: string[]): Sink => ({
      write: async (text) => void into.push(text),
      isTTY: false,
      columns: undefined,
    });
    const io: Io = {
      stdout: sink(out),
      stderr: sink(err),
      stdin: (async function* () {
        yield Buffer.from(stdin);
      })(),
      env: {},
      cwd: folder,
      onInterrupt: () => () => true,
    };
    const code = await copied.run(argv, io);
    return { code, stdout: out.join(''), stderr: err.join('') };
  };
}
