import * as z from 'zod/mini';
import { VggError, type ErrorLocation } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
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

/** A device from a file's parsed content. Throws `bad-device-file` naming the field, and `bad-memory-size`. */
export function deviceFromFile(content: unknown, location: ErrorLocation): Device {
  const result = schema.safeParse(content);
  if (!result.success) throw explain(result.error.issues[0]!, content, location);
  const { name, memory, tflops, bandwidth, source } = result.data;
  try {
    return { name, memoryBytes: memorySize(memory), speed: { tflops, bandwidth }, source };
  } catch (error) {
    throw error instanceof VggError ? error.at(location) : error;
  }
}

function explain(issue: z.core.$ZodIssue, content: unknown, location: ErrorLocation): VggError {
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!;
    const hint = nearest(unknown, FIELDS);
    return new VggError(
      'bad-device-file',
      { field: unknown, problem: 'is not a field', nearest: hint },
      location,
    );
  }
  const field = issue.path.join('.');
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  const problem =
    value === undefined
      ? 'is missing'
      : issue.code === 'invalid_type'
        ? `must be a ${issue.expected === 'object' ? 'mapping' : issue.expected}`
        : 'must be above 0';
  return new VggError('bad-device-file', { field, problem, nearest: [] }, location);
}
