import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import { parseText } from '../../text/parse-text.ts';
import { plain, type Value } from '../../text/value.ts';
import type { Device } from './device.ts';
import { memorySize } from './parse-device.ts';

const rate = z.number().check(z.positive());

const schema = z.strictObject({
  name: z.string().check(z.minLength(1)),
  /** With a unit: 24GiB. */
  memory: z.string(),
  tflops: z.strictObject({ float32: rate, tf32: z.optional(rate), float16: z.optional(rate) }),
  /** GB/s */
  bandwidth: rate,
  source: z._default(z.string(), 'device file'),
});

const FIELDS = ['name', 'memory', 'tflops', 'bandwidth', 'source'];

/**
 * A device that a YAML or JSON text describes. Throws `bad-device-file` and `bad-memory-size` at the place of the
 * field, and the errors of syntax.
 */
export function readDevice(text: string, file: string): Device {
  const written = parseText(text, file);
  const result = schema.safeParse(plain(written));
  if (!result.success) throw explain(result.error.issues[0]!, written);
  const { name, memory, tflops, bandwidth, source } = result.data;
  try {
    return { name, memoryBytes: memorySize(memory), speed: { tflops, bandwidth }, source };
  } catch (error) {
    throw error instanceof VggError ? error.at(follow(written, ['memory']).value.at) : error;
  }
}

function explain(issue: z.core.$ZodIssue, written: Value): VggError {
  if (issue.code === 'unrecognized_keys') {
    const field = issue.keys[0]!;
    const { at } = follow(written, [...issue.path, field]).value;
    const hint = nearest(field, FIELDS);
    return new VggError('bad-device-file', { field, problem: 'is not a field', nearest: hint }, at);
  }
  const { value, missing } = follow(written, issue.path);
  const problem = missing ? 'is missing' : problemOf(issue);
  return new VggError('bad-device-file', { field: issue.path.join('.'), problem, nearest: [] }, value.at);
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return 'must be above 0';
  return `must be a ${issue.expected === 'object' ? 'mapping' : issue.expected}`;
}

/** The value that a path leads to, or the last one on the way to what is missing. */
function follow(value: Value, [key, ...rest]: readonly PropertyKey[]): { value: Value; missing: boolean } {
  if (key === undefined) return { value, missing: false };
  const entry = value.type === 'mapping' ? value.entries.get(String(key)) : undefined;
  return entry ? follow(entry.value, rest) : { value, missing: true };
}
