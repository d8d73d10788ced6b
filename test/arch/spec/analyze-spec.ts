import { readFileSync } from 'node:fs';
import { analyze } from '../../../src/analysis/analyze.ts';
import type { Analysis } from '../../../src/analysis/analysis.ts';
import { parseSpec, type SpecOptions } from '../../../src/arch/spec/spec.ts';
import { VggError } from '../../../src/core/errors/error.ts';

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/specs/${name}`, import.meta.url), 'utf8');

export const analyzeSpec = (text: string, file = 'net.yaml', options?: SpecOptions): Analysis =>
  analyze(parseSpec(text, file, options));

/** A spec of these layers, behind an input of 4×16×16; the layers begin in line 3. */
export const withLayers = (layers: string, input = '[4, 16, 16]'): string =>
  `input: ${input}\nlayers:\n${layers}`;

/** `path ← inputs` of every layer. */
export const wiring = (text: string): string[] =>
  analyzeSpec(text).layers.map(({ path, inputs }) => `${path} ← ${inputs.join(' ')}`);

/** The one line that a spec is refused with. */
export function refusal(text: string, file = 'net.yaml', options?: SpecOptions): string {
  try {
    analyzeSpec(text, file, options);
  } catch (error) {
    if (error instanceof VggError) return error.line;
    throw error;
  }
  throw new Error('the spec was accepted');
}
