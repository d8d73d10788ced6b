import { cpu } from './cpu.ts';
import { onnx } from './onnx.ts';
import { tensorflow } from './tensorflow.ts';
import { wasm } from './wasm.ts';
import { webgpu } from './webgpu.ts';
import type { Engine } from './engine.ts';

/** Every engine; `auto` goes by their ranks. */
const all = [onnx, tensorflow, webgpu, wasm, cpu] as const;

export type EngineName = (typeof all)[number]['name'];

export const engines: readonly Engine<EngineName>[] = all;
export const engineNames: readonly EngineName[] = all.map(({ name }) => name);

/** Those that can be told where to run, and all places that any of them knows. */
export const enginesWithDevices = engines.filter(({ devices }) => devices !== undefined);
export const deviceNames = [...new Set(enginesWithDevices.flatMap(({ devices = [] }) => devices))];
