import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Origin } from '../../core/origin.ts';
import type { Graph } from '../../graph/graph.ts';
import { markClasses } from './classes.ts';
import { parseText } from '../../text/parse-text.ts';
import { asCount, asMapping, wrongType, type Mapping, type Value } from '../../text/value.ts';
import { readInputs } from './inputs.ts';
import { SpecWriter } from './writer.ts';

export interface SpecOptions {
  /** Width of the class scores, for a spec that says `classes`; its own number when left out. */
  readonly classes?: number | undefined;
}

const KEYS: readonly string[] = ['name', 'input', 'inputs', 'outputs', 'classes', 'layers'];
const EXAMPLES = { layers: 'layers: [{conv2d: {…}}, relu]' };

/**
 * The network that a YAML or JSON spec describes. `file` is its name for error messages and decides the format;
 * without a `name` in the spec it also names the network.
 * Throws VggErrors with file, line and column; `spec-no-classes-key` when `classes` is given and the spec has none.
 */
export function parseSpec(text: string, file: string, { classes }: SpecOptions = {}): Graph {
  const spec = asMapping(parseText(text, file), 'a spec', 'a mapping with input and layers');
  checkKeys(spec);
  const inputs = readInputs(spec);
  const stated = spec.entries.get('classes');
  const statedClasses = stated && asCount(stated.value, 'classes');
  if (classes !== undefined && !stated) throw new VggError('spec-no-classes-key', {}, { file });
  const name = readName(spec.entries.get('name')?.value) ?? baseName(file);
  const writer = new SpecWriter(inputs);
  writer.layers(required(spec, 'layers'), 'layers');
  const graph = writer.build({ name, source: 'spec', inputs }, spec.entries.get('outputs'));
  return statedClasses === undefined ? graph : markClasses(graph, statedClasses, classes, stated!.value.at);
}

function checkKeys({ entries }: Mapping): void {
  for (const [key, { keyAt }] of entries) {
    if (!KEYS.includes(key)) {
      throw new VggError('spec-unknown-key', { key, known: KEYS, nearest: nearest(key, KEYS) }, keyAt);
    }
  }
}

function required({ entries, at }: Mapping, key: keyof typeof EXAMPLES): Value {
  const entry = entries.get(key);
  if (entry === undefined)
    throw new VggError('spec-missing-key', { key, example: EXAMPLES[key] }, at satisfies Origin);
  return entry.value;
}

/** Names are printed on terminals, so that control characters stay out. */
function readName(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  const name = value.type === 'scalar' ? value.value : null;
  if (typeof name !== 'string' || !/^[^\p{C}]{1,100}$/u.test(name))
    wrongType(value, 'name', 'a text of up to 100 characters');
  return name as string;
}

const baseName = (file: string) =>
  file
    .replace(/^.*[/\\]/, '')
    .replace(/\.(?:ya?ml|json)$/i, '')
    .replace(/[\p{C}<>]/gu, '') || 'spec';
