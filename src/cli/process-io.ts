import type { Writable } from 'node:stream';
import { exitCodes } from './exit-codes.ts';
import type { Io, Sink } from './io.ts';

/** The real process as an `Io`. */
export function processIo(): Io {
  const handlers = new Set<() => void>();
  process.on('SIGINT', () => {
    if (handlers.size === 0) process.exit(exitCodes.interrupted);
    for (const handler of handlers) handler();
  });
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    // A getter, because merely naming process.stdin opens it.
    get stdin() {
      return process.stdin as AsyncIterable<Uint8Array>;
    },
    env: process.env,
    cwd: process.cwd(),
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
}

function sink(stream: Writable & { isTTY?: boolean; columns?: number }): Sink {
  // `| head` closes the pipe early; that is the reader's right and no error.
  const ignoreClosed = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  };
  stream.on('error', ignoreClosed);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error?: NodeJS.ErrnoException | null) =>
          error && error.code !== 'EPIPE' ? reject(error) : resolve(),
        );
      }),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}
