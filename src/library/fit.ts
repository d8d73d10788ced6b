import { devices as known } from '../analysis/devices/catalog.ts';
import type { Device } from '../analysis/devices/device.ts';
import { parseDevice } from '../analysis/devices/parse-device.ts';
import { fit as fitGraph, type Fit } from '../analysis/fit/fit.ts';
import { VggError } from '../core/errors/error.ts';
import { graphOf, type Network } from './network.ts';
import type { InspectOptions } from './options.ts';

/** What `fit` may be told beside the choice of the network. */
export interface FitOptions extends Omit<InspectOptions, 'input'> {
  /** Names (`rtx4090`), amounts of memory (`12GiB`), or devices of your own; every known one when left out. */
  readonly devices?: readonly (string | Device)[];
  /** C×H×W of an image; the network's own when left out. */
  readonly image?: readonly number[];
  /** Both ends of the batch sizes that are tried, 1 to 1024 when left out. */
  readonly batch?: readonly [from: number, to: number];
  /** Images in an epoch: 60,000 when left out. */
  readonly examples?: number;
  /** 1 when left out. */
  readonly epochs?: number;
}

/**
 * The largest batch for each device, and memory and time against batch size: what `vgg-inspect fit --json` prints.
 * Bytes and seconds; the times are lower bounds. Throws `unknown-device`, `bad-option` and what `inspect` throws.
 */
export function fit(network: Network, options: FitOptions = {}): Fit {
  const {
    devices,
    image,
    batch = [1, 1024],
    examples = 60_000,
    epochs = 1,
    dtype,
    memory,
    ...choices
  } = options;
  const graph = graphOf(network, { ...choices, ...(dtype && { dtype }), ...(memory && { memory }) });
  const wanted = devices ?? known.filter(({ memoryBytes }) => memoryBytes !== null);
  const [from, to] = batch;
  if (![from, to, examples, epochs].every((size) => Number.isInteger(size) && size >= 1) || from > to) {
    throw new VggError('bad-option', {
      option: 'batch, examples and epochs',
      expected: 'whole numbers from 1, the range growing',
      value: JSON.stringify({ batch, examples, epochs }),
    });
  }
  return fitGraph(graph, {
    devices: wanted.map((device) => (typeof device === 'string' ? parseDevice(device) : device)),
    image: image ?? graph.inputs[0].shape,
    batch,
    dtype: dtype ?? 'float32',
    memory: memory ?? {},
    examples,
    epochs,
  });
}
