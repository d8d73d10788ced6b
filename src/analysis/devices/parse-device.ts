import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import { parseQuantity } from '../../core/quantity.ts';
import { devices } from './catalog.ts';
import type { Device } from './device.ts';

/** A Map, so that names such as `constructor` are unknown like any other. */
const byName: ReadonlyMap<string, Device> = new Map(devices.map((device) => [device.name, device]));

/**
 * `rtx4090`, `m3:16GiB` (a known device with this much memory) or `12GiB` (memory alone, nothing known of its speed).
 * Throws `unknown-device` with the nearest names, `bad-memory-size` and `device-without-memory`.
 */
export function parseDevice(text: string): Device {
  const [name, size, ...rest] = text.split(':');
  if (/^\d/.test(text) && size === undefined) {
    return { name: text, memoryBytes: memorySize(text), source: 'given on the command line' };
  }
  const known = byName.get(name!);
  if (!known || rest.length > 0) {
    throw new VggError('unknown-device', { name: text, nearest: nearest(name!, byName.keys()) });
  }
  const memoryBytes = size === undefined ? known.memoryBytes : memorySize(size);
  if (memoryBytes === null) throw new VggError('device-without-memory', { name: known.name });
  return { ...known, name: text, memoryBytes };
}

/** Bytes of `12GiB`, `24GB`. Throws `bad-memory-size`. */
export function memorySize(text: string): number {
  const quantity = parseQuantity(text);
  const bytes =
    quantity && 'digits' in quantity && quantity.bytes
      ? Number(quantity.digits) / 10 ** quantity.decimals
      : Number.NaN;
  if (bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return Math.floor(bytes);
  throw new VggError('bad-memory-size', { text });
}
