import type { Dtype } from '../../core/dtype.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { Device } from '../devices/device.ts';
import type { MemoryOptimizerName } from '../../optimizers/registry.ts';
import type { Layout } from './likely.ts';
import { timeModel, type StepTime } from './roofline.ts';

/** What a step of this batch takes at least on one device. Source of the rates: the device's data sheet. */
export interface DeviceTime {
  readonly device: string;
  /** Absent where PyTorch refuses to train the network at this input. */
  readonly training?: StepTime;
  readonly inference: StepTime;
}

/** For each device whose speed is known; of training only where it `trains`. */
export function deviceTimes(
  { graph, input: [batch], inputs }: ResolvedGraph,
  dtype: Dtype,
  optimizer: MemoryOptimizerName,
  devices: readonly Device[],
  trains: boolean,
  layout?: Layout,
): DeviceTime[] {
  const examples = inputs.map((shape) => shape.slice(1));
  const model = timeModel(graph, examples, dtype, optimizer, layout);
  return devices.flatMap(({ name, speed }) =>
    speed
      ? [
          {
            device: name,
            ...(trains && { training: model.training(batch!, speed) }),
            inference: model.inference(batch!, speed),
          },
        ]
      : [],
  );
}
