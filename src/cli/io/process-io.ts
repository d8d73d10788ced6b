import type { Writable } from 'node:stream';
import { VggError } from '../../core/errors/error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io, Sink } from './io.ts';
import { reasonOf } from './reason.ts';

/** The real process as an `Io`. */
export function processIo(): Io {
  const handlers = new Set<() => void>();
  process.on('SIGINT', () => {
    if (handlers.size === 0) process.exit(exitCodes.interrupted);
    for (const handler of handlers) handler();
  });
  return {
    stdout: sink(process.stdout, 'standard output'),
    stderr: sink(process.stderr, 'standard error'),
    // A getter, because merely naming process.stdin opens it.
    get stdin() {
      return process.stdin as AsyncIterable<Uint8Array>;
    },
    env: process.env,
    get cwd() {
      return workingFolder();
    },
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
}

/** Throws `no-working-folder` where it was deleted under the program. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new VggError('no-working-folder', { reason: reasonOf(error) });
  }
}

/** `| head` closes the pipe early; that is the reader's right and no error. Later writes find the stream destroyed. */
const readerHasGone = ({ code }: NodeJS.ErrnoException) =>
  code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';

function sink(stream: Writable & { isTTY?: boolean; columns?: number }, name: string): Sink {
  // Every write hears of its own error; without a listener the stream's event would end the process as well.
  stream.on('error', () => {});
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error?: NodeJS.ErrnoException | null) => {
          if (!error || readerHasGone(error)) resolve();
          else reject(new VggError('cannot-write', { file: name, reason: reasonOf(error) }));
        });
      }),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}
