import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, posix, relative, resolve } from 'node:path';
import { VggError } from '../../core/errors/error.ts';
import type { SourceFiles } from './source-files.ts';

/** `net.yaml@HEAD~1`, `model.py@main:Net(10)`: a file as a revision of its repository has it. */
export interface AtRevision {
  /** As it is typed, without the revision: `model.py:Net(10)`. */
  readonly arch: string;
  readonly file: string;
  readonly revision: string;
}

/** A name of a file with its ending, a revision as git's manual has them, and what is taken of Python source. */
const FORM = /^(.+?\.\w{1,11})@([\w^~/.@{}+-]+)(:.*)?$/s;

/** Git answers within this, or not at all. */
const PATIENCE_MS = 30_000;

/** A revision where the argument names one, and no file of this name is there. */
export function atRevision(arch: string, cwd: string): AtRevision | undefined {
  const [, file, revision, expression = ''] = FORM.exec(arch) ?? [];
  if (file === undefined || revision === undefined || existsSync(resolve(cwd, arch))) return undefined;
  return { arch: file + expression, file, revision };
}

/**
 * The files of a revision, read by git without touching the working tree. Throws `revision-unknown` where there is no
 * such revision or no repository, and `file-missing` for a file that it does not have.
 */
export function filesAt({ file, revision }: AtRevision, cwd: string): SourceFiles {
  // In a folder that may be gone by now: git is asked from the nearest that is still there.
  let home = dirname(resolve(cwd, file));
  while (!existsSync(home) && dirname(home) !== home) home = dirname(home);
  const run = (args: readonly string[], limit: number): Uint8Array =>
    execFileSync('git', ['--no-optional-locks', '-C', home, ...args], {
      maxBuffer: limit,
      timeout: PATIENCE_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const commit = text(
    attempt(() => run(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`], 4096)),
  );
  if (commit === undefined)
    throw new VggError('revision-unknown', { revision, reason: reasonOf(run) }, { file });
  // From the root of the repository, which may lie behind a link that the path does not show.
  const prefix = text(attempt(() => run(['rev-parse', '--show-prefix'], 65_536))) ?? '';
  const place = (path: string): string =>
    `${commit}:${posix.normalize(prefix + relative(home, path).replaceAll('\\', '/')).replace(/^\.?\/?$/, '')}`;
  const type = (path: string): string | undefined =>
    text(attempt(() => run(['cat-file', '-t', place(path)], 4096)));
  return {
    isFolder: (path) => type(path) === 'tree',
    isFile: (path) => type(path) === 'blob',
    list: (path) =>
      (text(attempt(() => run(['ls-tree', '--name-only', '-z', place(path)], 2 ** 24))) ?? '')
        .split('\0')
        .filter((name) => name !== '')
        .map((name) => basename(name)),
    read(path, limitMiB) {
      const size = Number(text(attempt(() => run(['cat-file', '-s', place(path)], 4096))));
      const shown = relative(cwd, path);
      if (Number.isNaN(size)) throw new VggError('file-missing', {}, { file: `${shown}@${revision}` });
      if (size > limitMiB * 2 ** 20)
        throw new VggError('file-too-large', { limit: `${limitMiB} MiB` }, { file: `${shown}@${revision}` });
      return run(['cat-file', 'blob', place(path)], size + 1);
    },
  };
}

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString().replace(/\n$/, '');

/** Undefined where git ends with an error. */
function attempt(run: () => Uint8Array): Uint8Array | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function reasonOf(run: (args: readonly string[], limit: number) => Uint8Array): string {
  try {
    run(['rev-parse', '--git-dir'], 65_536);
    return 'the repository has none of this name';
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? 'git is not installed' : 'the file lies in no git repository';
  }
}
