import type * as Common from 'onnxruntime-common';
import { VggError } from '../../errors/error.ts';
import { loadPackage, resolvePackage } from '../packages.ts';
import { createRequire } from 'node:module';
import { encodeModel } from './encode.ts';
import type { OnnxModel } from './model.ts';

/** onnxruntime's JavaScript API. */
export type Runtime = typeof Common;
export type Values = Record<string, Common.Tensor>;

/** onnxruntime, loaded. */
export interface Loaded {
  readonly runtime: Runtime;
  readonly version: string;
}

export const PACKAGE = 'onnxruntime-node';
const VERSION = '1.30.0';

/**
 * Loads onnxruntime. Its install script is not needed: it fetches CUDA libraries, the CPU's are in the package.
 * Throws `package-missing` with the one command that adds it, or `package-broken`.
 */
export function loadRuntime(): Loaded {
  const runtime = loadPackage<Runtime>(PACKAGE, '--engine onnx', [`--ignore-scripts ${PACKAGE}@${VERSION}`]);
  const manifest = resolvePackage(`${PACKAGE}/package.json`);
  const version = manifest && (createRequire(manifest)(manifest) as { version: string }).version;
  return { runtime, version: version ?? VERSION };
}

/** A graph ready to run. */
export interface Session {
  /** Runs it; outputs given as `into` are written there, so that a state tensor can be overwritten in place. */
  run(feeds: Values, into: Values, others?: readonly string[]): Promise<Values>;
  release(): Promise<void>;
}

/**
 * Prepares a graph for the CPU. Memory patterns would hold the peak of the first run for each later one: without them
 * a large batch needs half the memory at the same speed.
 * Throws `engine-broken` where onnxruntime does not take the graph.
 */
export async function openSession({ runtime }: Loaded, model: OnnxModel): Promise<Session> {
  const session = await guarded(() =>
    runtime.InferenceSession.create(encodeModel(model), {
      executionProviders: ['cpu'],
      enableMemPattern: false,
      logSeverityLevel: 4,
    }),
  );
  return {
    run: (feeds, into, others = []) =>
      guarded(() => {
        const fetches = { ...into, ...Object.fromEntries(others.map((name) => [name, null])) };
        return session.run(feeds, fetches) as Promise<Values>;
      }),
    release: () => session.release(),
  };
}

/** onnxruntime's errors in our words: out of memory is the one that the user can mend. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]!;
    throw /alloc|memory/i.test(reason)
      ? new VggError('engine-memory', { reason })
      : new VggError('engine-broken', { engine: 'onnx', reason });
  }
}
