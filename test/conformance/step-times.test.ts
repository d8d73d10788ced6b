import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deviceTimes } from '../../src/analysis/time/device-times.ts';
import { parseDevice } from '../../src/analysis/devices/parse-device.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture, findArchitecture } from '../../src/arch/catalog.ts';
import { resolve } from '../../src/graph/resolve.ts';
import type { Dtype } from '../../src/core/dtype.ts';

/** What `conformance/gpu/step_times.py` wrote. */
interface StepTimes {
  readonly records: readonly {
    readonly network: string;
    readonly input: readonly number[];
    readonly dtype: Dtype;
    readonly layout: string;
    readonly optimizer: 'momentum';
    readonly training: { readonly leastSeconds: number };
    readonly inference: { readonly leastSeconds: number };
  }[];
}

const folder = 'fixtures/gpu-time';

/** A file is named for the device that it measured. */
describe.each(readdirSync(folder))('the bound on time and %s', (file) => {
  const device = parseDevice(file.replace('.json', ''));
  const { records } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as StepTimes;
  const known = records.filter(({ network }) => findArchitecture(network) !== undefined);

  test('has networks to be compared in', () => {
    expect(known).not.toEqual([]);
  });

  test('no step was shorter', () => {
    const shorter = known.flatMap(({ network, input, dtype, layout, optimizer, training, inference }) => {
      const graph = buildArchitecture(architecture(network));
      const [bound] = deviceTimes(resolve(graph, input), dtype, optimizer, [device], true);
      const name = `${network} ${input.join('×')} ${dtype} ${layout}`;
      return [
        { name: `${name}, training`, ratio: training.leastSeconds / bound!.training!.seconds },
        { name: `${name}, inference`, ratio: inference.leastSeconds / bound!.inference.seconds },
      ].filter(({ ratio }) => ratio < 1);
    });
    expect(shorter).toEqual([]);
  });
});
