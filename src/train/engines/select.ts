import { VggError } from '../../core/errors/error.ts';
import type { Availability, Engine, EngineName } from '../engine.ts';
import type { DeviceName } from '../device.ts';
import { cpu } from './cpu.ts';
import { onnx, onnxOnWebgpu } from './onnx.ts';
import { tensorflow } from './tensorflow.ts';
import { wasm } from './wasm.ts';
import { webgpu } from './webgpu.ts';

/** The order in which `auto` tries them. Plain JavaScript is never picked. */
const preferred: readonly Engine[] = [webgpu, onnx, tensorflow, wasm];

export const engines: readonly Engine[] = [...preferred, cpu];
export const engineNames: readonly EngineName[] = engines.map(({ name }) => name);

export type Available = Extract<Availability, { available: true }>;

export interface Selection {
  readonly engine: Engine;
  readonly about: Available;
  /** Why this one, in a line; empty when the user asked for it. */
  readonly why: string;
}

/** Examples a second that an engine trains of the network in question; a VggError says why it cannot. */
export type Measure = (engine: Engine) => Promise<number>;

/**
 * The engine that the user named, or with `auto` the first that `fastestEngine` would try. `device` is where onnxruntime is to run, the only engine that leaves a choice.
 * Throws `engine-unavailable` with the reason, and `option-not-read` for the device of another engine.
 */
export async function selectEngine(
  name: EngineName | 'auto',
  device?: DeviceName,
  candidates = engines,
): Promise<Selection> {
  if (device !== undefined && name !== 'onnx') {
    throw new VggError('option-not-read', {
      option: '--device',
      by: `--engine ${name}`,
      readers: '--engine onnx',
    });
  }
  if (name === 'auto') return fastestEngine(undefined, candidates);
  const engine =
    device === 'webgpu' ? onnxOnWebgpu : candidates.find((candidate) => candidate.name === name)!;
  const about = await engine.probe();
  if (!about.available) throw new VggError('engine-unavailable', { reason: about.reason });
  return { engine, about, why: '' };
}

/**
 * What `auto` picks: the first engine that runs here on hardware. A GPU is not always the fastest for a small network:
 * it and the engine after it are measured, and the faster one is taken; without `measure` the GPU is.
 * Throws `no-engine` with the one command that adds one.
 */
export async function fastestEngine(measure?: Measure, candidates = engines): Promise<Selection> {
  const passed: string[] = [];
  const able: { engine: Engine; about: Available }[] = [];
  for (const engine of candidates.filter(({ name }) => name !== 'cpu')) {
    const about = await engine.probe();
    if (about.available && about.software !== true) {
      able.push({ engine, about });
      // What follows is slower than the first that is no GPU.
      if (engine.name !== 'webgpu') break;
      continue;
    }
    passed.push(
      `${engine.name}: ${about.available ? `${about.device} is no hardware` : shortened(about.reason)}`,
    );
  }
  const [gpu, other] = able;
  if (gpu === undefined) throw new VggError('no-engine', {});
  if (other !== undefined && measure !== undefined) return faster(gpu, other, measure);
  return { ...gpu, why: passed.length === 0 ? 'the only one here' : passed.join('; ') };
}

type Candidate = Omit<Selection, 'why'>;

async function faster(gpu: Candidate, other: Candidate, measure: Measure): Promise<Selection> {
  const [a, b] = [await attempt(gpu, measure), await attempt(other, measure)];
  if (typeof a === 'string') return { ...other, why: `${gpu.engine.name}: ${a}` };
  if (typeof b === 'string') return { ...gpu, why: `${other.engine.name}: ${b}` };
  const figures = `measured ${gpu.engine.name} ${a.toFixed(1)}, ${other.engine.name} ${b.toFixed(1)} examples/s`;
  return { ...(a > b ? gpu : other), why: figures };
}

/** The rate, or why the engine cannot train this network. */
async function attempt({ engine }: Candidate, measure: Measure): Promise<number | string> {
  try {
    return await measure(engine);
  } catch (error) {
    if (error instanceof VggError) return shortened(error.line);
    throw error;
  }
}

/** The reason without its mend: nobody asked for this engine. */
const shortened = (reason: string) =>
  reason.replace(/ \([^()]*\)$/, '').replace(/^--engine \S+ needs /, 'needs ');
