import { VggError } from '../../core/errors/error.ts';
import type { Availability, Engine } from './engine.ts';
import { engines, enginesWithDevices, type EngineName } from './registry.ts';

export type Available = Extract<Availability, { available: true }>;

export interface Selection {
  readonly engine: Engine;
  /** Where the engine is told to run. */
  readonly device?: string | undefined;
  readonly about: Available;
  /** Why this one, in a line; empty when the user asked for it. */
  readonly why: string;
}

/** Examples a second that an engine trains of the network in question; a VggError says why it cannot. */
export type Measure = (engine: Engine) => Promise<number>;

/** `--engine onnx`: what a `--device` needs. */
export const withDevices = enginesWithDevices.map(({ name }) => `--engine ${name}`).join(' or ');

/**
 * The engine that the user named, or with `auto` the first that `fastestEngine` would try; `device` is one of the
 * engine's. Throws `engine-unavailable` with the reason, and `option-not-read` for a device that it does not know.
 */
export async function selectEngine(
  name: EngineName | 'auto',
  device?: string,
  candidates: readonly Engine[] = engines,
): Promise<Selection> {
  const engine = candidates.find((candidate) => candidate.name === name);
  if (device !== undefined && engine?.devices?.includes(device) !== true) {
    throw new VggError('option-not-read', {
      option: '--device',
      by: `--engine ${name}`,
      readers: withDevices,
    });
  }
  if (engine === undefined) return fastestEngine(undefined, candidates);
  const about = await engine.probe(device);
  if (!about.available) throw new VggError('engine-unavailable', { reason: about.reason });
  return { engine, device, about, why: '' };
}

/**
 * What `auto` picks: the first engine by rank that runs here on hardware. A GPU is not always the fastest for a small
 * network: it and the engine after it are measured, and the faster one is taken; without `measure` the GPU is.
 * Throws `no-engine` with the one command that adds one.
 */
export async function fastestEngine(
  measure?: Measure,
  candidates: readonly Engine[] = engines,
): Promise<Selection> {
  const passed: string[] = [];
  const able: { engine: Engine; about: Available }[] = [];
  for (const engine of ranked(candidates)) {
    const about = await engine.probe();
    if (about.available && about.software !== true) {
      able.push({ engine, about });
      // What follows is slower than the first that is no GPU.
      if (!engine.gpu) break;
      continue;
    }
    passed.push(
      `${engine.name}: ${about.available ? `${about.device} is not hardware` : shortened(about.reason)}`,
    );
  }
  const [gpu, other] = able;
  if (gpu === undefined) throw new VggError('no-engine', {});
  if (other !== undefined && measure !== undefined) return faster(gpu, other, measure);
  return { ...gpu, why: passed.length === 0 ? 'the only one here' : passed.join('; ') };
}

/** Those that `auto` may pick, in the order in which it tries them. */
const ranked = (candidates: readonly Engine[]): Engine[] =>
  candidates
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));

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
