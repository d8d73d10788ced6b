import type { Io, Sink } from '../../src/cli/io/io.ts';
import { run } from '../../src/cli/run.ts';

export interface FakeProcess {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Asked with all of stderr whenever some is written: the first yes is a Ctrl-C. */
  readonly interruptedBy?: (stderr: string) => boolean;
}

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a process made of plain objects. */
export async function runFake(argv: readonly string[], fake: FakeProcess = {}): Promise<Result> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (into: string[]): Sink => ({
    write: async (text) => void into.push(text),
    isTTY: fake.isTTY ?? false,
    columns: fake.columns,
  });
  const handlers = new Set<() => void>();
  let interrupted = false;
  const stderr: Sink = {
    ...sink(err),
    write: async (text) => {
      err.push(text);
      if (interrupted || !fake.interruptedBy?.(err.join(''))) return;
      interrupted = true;
      for (const handler of handlers) handler();
    },
  };
  const io: Io = {
    stdout: sink(out),
    stderr,
    stdin: chunks(fake.stdin ?? ''),
    env: fake.env ?? {},
    cwd: fake.cwd ?? process.cwd(),
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
  const code = await run(argv, io);
  return { code, stdout: out.join(''), stderr: err.join('') };
}

async function* chunks(stdin: NonNullable<FakeProcess['stdin']>): AsyncGenerator<Uint8Array> {
  if (typeof stdin === 'string') yield Buffer.from(stdin);
  else if (stdin instanceof Uint8Array) yield stdin;
  else yield* stdin;
}

/** The parsed `--json` output of a command line that must succeed. */
export async function json(argv: readonly string[], fake?: FakeProcess): Promise<any> {
  const { code, stdout, stderr } = await runFake([...argv, '--json'], fake);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
