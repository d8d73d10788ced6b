import { VggError } from '../../errors/error.ts';
import type { Availability, Engine, EngineName } from '../engine.ts';
import { cpu } from './cpu.ts';
import { onnx } from './onnx.ts';
import { tensorflow } from './tensorflow.ts';
import { wasm } from './wasm.ts';
import { webgpu } from './webgpu.ts';

/** Fastest first: the order in which `auto` tries them. Plain JavaScript is never picked. */
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

/**
 * The engine that the user named, or with `auto` the first that runs here on hardware.
 * Throws `engine-unavailable` with the reason, or `no-engine` with the one command that adds one.
 */
export async function selectEngine(name: EngineName | 'auto', candidates = engines): Promise<Selection> {
  if (name !== 'auto') {
    const engine = candidates.find((candidate) => candidate.name === name)!;
    const about = await engine.probe();
    if (!about.available) throw new VggError('engine-unavailable', { reason: about.reason });
    return { engine, about, why: '' };
  }
  const passed: string[] = [];
  for (const engine of candidates.filter(({ name: candidate }) => candidate !== 'cpu')) {
    const about = await engine.probe();
    if (about.available && about.software !== true) {
      return { engine, about, why: passed.length === 0 ? 'the fastest' : passed.join('; ') };
    }
    passed.push(
      `${engine.name}: ${about.available ? `${about.device} is no hardware` : shortened(about.reason)}`,
    );
  }
  throw new VggError('no-engine', {});
}

/** The reason without its mend: nobody asked for this engine. */
const shortened = (reason: string) =>
  reason.replace(/ \([^()]*\)$/, '').replace(/^--engine \S+ needs /, 'needs ');
