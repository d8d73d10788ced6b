import { VggError } from '../../../core/errors/error.ts';
import { nearest } from '../../../core/nearest.ts';
import type { Quantity } from './quantities.ts';

/** What `--columns` calls the quantities of a comparison, and what the comparison calls them. */
const named: ReadonlyMap<string, string> = new Map([
  ['layers', 'weight layers'],
  ['params', 'parameters'],
  ['buffers', 'buffers'],
  ['macs', 'MACs'],
  ['backward', 'backward MACs'],
  ['flops', 'FLOPs'],
  ['outputs', 'layer outputs'],
  ['field', 'receptive field'],
  ['kept', 'kept for backward'],
  ['memory', 'training memory'],
  ['inference', 'inference memory'],
]);

export const columnNames: readonly string[] = [...named.keys(), 'time'];

/** One line a network fits a terminal of 80 columns with these. */
export const usualColumns: readonly string[] = ['params', 'macs', 'memory', 'inference'];

/**
 * The quantities that are named, in the order of the names and without their parts; `time` is that of every device.
 * Throws `bad-option` for a name that there is not, and `option-needs` for `time` without a device.
 */
export function chosenQuantities(all: readonly Quantity[], names: readonly string[]): Quantity[] {
  return names.flatMap((name) => {
    if (!columnNames.includes(name)) {
      throw new VggError('bad-option', {
        option: '--columns',
        expected: `some of ${columnNames.join(', ')}`,
        value: name,
        nearest: nearest(name, columnNames),
      });
    }
    if (name !== 'time') return all.filter((one) => !one.part && one.name === named.get(name));
    const times = all.filter(({ unit }) => unit === 'µs');
    if (times.length === 0)
      throw new VggError('option-needs', { option: '--columns time', needed: '--device' });
    return times;
  });
}
