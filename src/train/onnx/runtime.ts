import { createRequire } from 'node:module';
import type * as Common from 'onnxruntime-common';
import { VggError } from '../../core/errors/error.ts';
import { loadPackage, resolvePackage } from '../engines/packages.ts';
import { encodeModel } from '../../onnx/encode.ts';
import { free } from './free.ts';
import { findMissing } from './missing.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { NAMES } from './names.ts';
import type { Target } from './targets/target.ts';

/** onnxruntime's JavaScript API. */
export type Runtime = typeof Common;
export type Values = Record<string, Common.Tensor>;

/** onnxruntime, loaded, and where it is to run graphs. */
export interface Loaded {
  readonly runtime: Runtime;
  readonly version: string;
  readonly target: Target;
}

const PACKAGE = 'onnxruntime-node';
const VERSION = '1.30.0';
/** Of the package on disk. */
const MEGABYTES = 290;

/**
 * Loads onnxruntime. Its install script is not needed: it fetches CUDA libraries, the CPU's are in the package.
 * Throws `package-missing` with the one command that adds it, or `package-broken`.
 */
export function loadRuntime(target: Target): Loaded {
  // Else it writes a device id and the network's name into files of its own, and reports them.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const runtime = loadPackage<Runtime>(PACKAGE, '--engine onnx', [`--ignore-scripts ${PACKAGE}@${VERSION}`], {
    megabytes: MEGABYTES,
  });
  const manifest = resolvePackage(`${PACKAGE}/package.json`);
  const version = manifest && (createRequire(manifest)(manifest) as { version: string }).version;
  return { runtime, version: version ?? VERSION, target };
}

/** A graph ready to run. */
export interface Session {
  /**
   * Runs it and returns the outputs named in `others`. Those given as `into` are written there, so that a state tensor
   * can be overwritten in place.
   */
  run(feeds: Values, into: Values, others?: readonly string[]): Promise<Values>;
  release(): Promise<void>;
}

/**
 * Prepares a graph. Throws `operator-missing` for one that the target lacks, and `engine-broken` where onnxruntime does
 * not take the graph.
 */
export async function openSession(
  { runtime, target }: Loaded,
  model: OnnxModel,
  { keepsMemory = false } = {},
): Promise<Session> {
  const create = (part: OnnxModel) =>
    runtime.InferenceSession.create(
      encodeModel({ ...part, ...(target.hidesBatch && { hidesBatchOf: NAMES.images }) }),
      sessionOptions(target),
    );
  const runOptions = keepsMemory || target.givesBack === undefined ? {} : { extra: target.givesBack };
  const session = await create(model).catch(async (error: unknown) => {
    const open = async (part: OnnxModel) => (await create(part)).release();
    const missing = isFallback(error) ? await findMissing(model, target, open, isFallback) : undefined;
    throw missing ?? inOurWords(error);
  });
  return {
    async run(feeds, into, others = []) {
      const fetches = { ...into, ...Object.fromEntries(others.map((name) => [name, null])) };
      try {
        const results = (await session.run(feeds, fetches, runOptions)) as Values;
        // onnxruntime-node writes into the tensors that it is given, and returns copies of them none the less.
        free(Object.keys(into).map((name) => bufferOf(results[name]!)));
        return Object.fromEntries(others.map((name) => [name, results[name]!]));
      } catch (error) {
        throw inOurWords(error);
      }
    },
    release: () => session.release(),
  };
}

const bufferOf = ({ data }: Common.Tensor) => (data as Float32Array<ArrayBuffer>).buffer;

/**
 * Memory patterns would hold the peak of the first run for each later one: without them a large batch needs half the
 * memory at the same speed.
 */
function sessionOptions({ name, options, session }: Target): Common.InferenceSession.SessionOptions {
  return {
    executionProviders: [{ name, ...options }],
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: {
      // The first would cut a batch into all its parts at once, where we take one after the other; the second moves a
      // border into a pool whose window is smaller, which then is refused.
      optimization: { disable_specified_optimizers: 'GatherSliceToSplitFusion;Pad_Fusion' },
      ...(session && { session }),
    },
  };
}

const reasonOf = (error: unknown): string => (error as Error).message.split('\n')[0]!;

/** onnxruntime found nodes that it would run on the CPU. */
const isFallback = (error: unknown): boolean => /fallback to CPU EP/.test(reasonOf(error));

/** onnxruntime's errors in our words: out of memory is the one that the user can mend. */
function inOurWords(error: unknown): VggError {
  const reason = reasonOf(error);
  if (/WebGPU adapter/.test(reason)) {
    return new VggError('engine-broken', { engine: 'onnx', reason: 'no GPU adapter was found' });
  }
  return /alloc|memory/i.test(reason)
    ? new VggError('engine-memory', { reason })
    : new VggError('engine-broken', { engine: 'onnx', reason });
}
