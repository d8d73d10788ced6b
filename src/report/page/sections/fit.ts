import type { Fit } from '../../../analysis/fit/fit.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import { grouped } from '../../../core/numbers.ts';
import { duration } from '../../../core/duration.ts';
import { plot } from '../charts/plot.ts';
import { logScale, roundBytes, type LogScale } from '../charts/scale.ts';
import { markup, nothing, type Markup } from '../html.ts';

/** Memory and time against the batch, and what devices hold. */
export function fitSection(fit: Fit, id: string): Markup {
  const batches = fit.memory.map(({ batch }) => batch);
  const x = logScale(batches, 2, (value) => grouped(value));
  return markup`<h3 id="${id}-fit">Batch size, memory and time</h3>
    <p class="readout" aria-live="polite" data-readout>&nbsp;</p>
    <div class="pair">${memoryPlot(fit, x)}${timePlot(fit, x)}</div>
    ${limits(fit)}
    <details>
      <summary>The same as a table</summary>
      <div class="scroll" role="region" aria-label="Memory and time by batch size" tabindex="0">
        ${table(fit)}
      </div>
    </details>`;
}

const place = (x: number, y: number) => `${round(1000 * x)} ${round(1000 - 1000 * y)}`;
const round = (value: number) => Math.round(value * 100) / 100;

function memoryPlot({ memory, devices, dtype, optimizer }: Fit, x: LogScale): Markup {
  const y = logScale(
    [
      ...memory.flatMap(({ inferenceDeviceBytes: [low], trainingDeviceBytes: [, high] }) => [low, high]),
      ...devices.map(({ memoryBytes }) => memoryBytes),
    ],
    2,
    roundBytes,
  );
  const band = (name: 'training' | 'inference') => {
    const bytes = (one: Fit['memory'][number]) =>
      name === 'training' ? one.trainingDeviceBytes : one.inferenceDeviceBytes;
    const line = (end: 0 | 1) => memory.map((one) => place(x.at(one.batch), y.at(bytes(one)[end])));
    const points = memory.map((one) => {
      const says = `batch ${grouped(one.batch)}, ${name}: ${readableRange(bytes(one))} on the device`;
      return point(x.at(one.batch), y.at(bytes(one)[1]), name, says);
    });
    return markup`<path
        class="band ${name}"
        d="M${line(1).join('L')}L${line(0).reverse().join('L')}Z"
      />${points}`;
  };
  const walls = devices.map(({ name, memoryBytes }) => {
    const at = round(1000 - 1000 * y.at(memoryBytes));
    return markup`<line class="limit" x1="0" x2="1000" y1="${at}" y2="${at}"
      ><title>${name}: ${readable(memoryBytes)}</title></line
    >`;
  });
  return markup`<figure>
    <figcaption>Memory on the device (${dtype}, ${optimizer})</figcaption>
    ${plot({
      label:
        'Memory on the device against batch size, for training and inference, with the limits of devices.',
      xTitle: 'batch size',
      yTitle: 'bytes on the device',
      xTicks: x.ticks,
      yTicks: y.ticks,
      shapes: markup`${band('inference')}${band('training')}${walls}`,
      notes: [...new Set(devices.map(({ memoryBytes }) => memoryBytes))].map((bytes) => ({
        at: y.at(bytes),
        text: devices
          .filter(({ memoryBytes }) => memoryBytes === bytes)
          .map(({ name }) => name)
          .join(', '),
      })),
      attributes: markup`role="group" aria-label="Memory on the device against batch size"`,
    })}
    <ul class="key">
      <li><span class="dot training"></span>training, low to high</li>
      <li><span class="dot inference"></span>inference, low to high</li>
      ${devices.map(({ name, memoryBytes }) => markup`<li><span class="dot limit"></span>${name}: ${readable(memoryBytes)}</li>`)}
    </ul>
  </figure>`;
}

function point(x: number, y: number, name: string, says: string): Markup {
  return markup`<path
    class="point ${name}"
    d="M${place(x, y)}h0.01"
    tabindex="0"
    role="img"
    aria-label="${says}"
    data-about="${says}"
  />`;
}

function timePlot({ devices, epochs, examples }: Fit, x: LogScale): Markup {
  const timed = devices.flatMap(({ name, steps }) => (steps ? [{ name, steps }] : []));
  if (timed.length === 0) return nothing;
  const seconds = timed.flatMap(({ steps }) => steps.map((step) => step.seconds));
  const y = logScale(seconds, 10, (value) => duration(value).replace(/\.0+ /, ' '));
  const lines = timed.map(({ name, steps }, i) => {
    const color = `series${i % SERIES}`;
    const held = steps.filter(({ fits }) => fits !== 'no');
    const line = held.map((step) => place(x.at(step.batch), y.at(step.seconds)));
    const points = held.map((step) => {
      const says = `${name}, batch ${grouped(step.batch)}: at least ${duration(step.seconds)} a step, ${grouped(examples)} examples ${epochs === 1 ? '' : `${epochs} times `}in ${duration(step.trainingSeconds)}; limited by ${step.limit}`;
      return point(x.at(step.batch), y.at(step.seconds), color, says);
    });
    return line.length === 0
      ? nothing
      : markup`<path class="line ${color}" d="M${line.join('L')}" />${points}`;
  });
  return markup`<figure>
    <figcaption>Time of a training step, at least</figcaption>
    ${plot({
      label: 'Time of a training step against batch size, for each device as far as the batch fits.',
      xTitle: 'batch size',
      yTitle: 'time of a step',
      xTicks: x.ticks,
      yTicks: y.ticks,
      shapes: markup`${lines}`,
      attributes: markup`role="group" aria-label="Time of a training step against batch size"`,
    })}
    <ul class="key">
      ${timed.map(({ name }, i) => markup`<li><span class="dot series${i % SERIES}"></span>${name}</li>`)}
    </ul>
  </figure>`;
}

/** Colors that lines have. */
const SERIES = 6;

function limits({ devices, batch }: Fit): Markup {
  const text = (size: number) => (size === 0 ? 'none' : `${size === batch.to ? '≥ ' : ''}${grouped(size)}`);
  const range = ({ safe, possible }: { safe: number; possible: number }) =>
    safe === possible ? text(safe) : `${text(safe)} – ${text(possible)}`;
  return markup`<div class="scroll" role="region" aria-label="Largest batches" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">device</th>
          <th scope="col">memory</th>
          <th scope="col">largest batch, training</th>
          <th scope="col">largest batch, inference</th>
        </tr>
      </thead>
      <tbody>
        ${devices.map(
          ({ name, memoryBytes, training, inference }) =>
            markup`<tr>
              <th scope="row">${name}</th>
              <td class="number">${readable(memoryBytes)}</td>
              <td class="number">${range(training)}</td>
              <td class="number">${range(inference)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function table({ memory, devices }: Fit): Markup {
  const timed = devices.flatMap(({ name, steps }) => (steps ? [{ name, steps }] : []));
  return markup`<table>
    <thead>
      <tr>
        <th scope="col">batch</th>
        <th scope="col">training, tensors</th>
        <th scope="col">training, on the device</th>
        <th scope="col">inference, on the device</th>
        ${timed.map(({ name }) => markup`<th scope="col">${name}, a step</th>`)}
      </tr>
    </thead>
    <tbody>
      ${memory.map(
        (one, i) =>
          markup`<tr>
            <th scope="row">${grouped(one.batch)}</th>
            <td class="number">${grouped(one.trainingBytes)}</td>
            <td class="number">${readableRange(one.trainingDeviceBytes)}</td>
            <td class="number">${readableRange(one.inferenceDeviceBytes)}</td>
            ${timed.map(
              ({ steps }) =>
                markup`<td class="number">${steps[i]!.fits === 'no' ? '–' : duration(steps[i]!.seconds)}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
