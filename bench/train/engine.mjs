// Training steps of one engine, in a process of its own so that its memory is its own: `node engine.mjs ENGINE CASE`.
// Each line that comes in is a number of steps to make, answered with their seconds; the end of the input is answered
// with the largest resident size in bytes.
import { createInterface } from 'node:readline';
import { selectEngine } from '../../dist/train/engines/select.js';
import { initialWeights } from '../../dist/train/weights.js';
import { networkOf, optimizerOf } from './cases.mjs';

/**
 * @import { EngineName } from '../../dist/train/engines/registry.js'
 * @import { Case } from './cases.mjs'
 */

const name = /** @type {EngineName} */ (process.argv[2]);
/** @type {Case} */
const one = JSON.parse(process.argv[3] ?? '');
const network = networkOf(one);
const { batch } = one;
const images = Float32Array.from(
  { length: network.input.reduce((a, b) => a * b) },
  (_, i) => ((i * 7919) % 256) / 255,
);
const labels = Uint8Array.from({ length: batch }, (_, i) => i % 10);
const examples = { count: batch, images, labels };
const { engine } = await selectEngine(name);
const trainer = await engine.build(network, {
  weights: () => initialWeights(network, 0),
  optimizer: optimizerOf(one),
  seed: 0,
  batch,
});
let made = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  for (let i = 0; i < Number(line); i++) await trainer.step(examples, made++);
  console.log((performance.now() - start) / 1000);
}
// Linux and macOS alike: Node gives KiB.
console.log(process.resourceUsage().maxRSS * 1024);
trainer.dispose();
