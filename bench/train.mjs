// Examples per second of each engine that runs here, and of the wasm engine's share of its own convolutions' rate.
//   node bench/train.mjs [network] [ratio] [side] [batch] [steps] [engine,engine]
// With PYTHON naming an interpreter that has torch, PyTorch on the CPU stands beside them; steps are interleaved.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildArchitecture } from '../dist/arch/architecture.js';
import { architecture } from '../dist/arch/catalog.js';
import { analyse } from '../dist/analysis/analyse.js';
import { resolve } from '../dist/graph/resolve.js';
import { thin } from '../dist/graph/thin.js';
import { selectEngine } from '../dist/train/engines/select.js';
import { loadTensorFlow } from '../dist/train/tfjs/tfjs.js';
import { initialWeights } from '../dist/train/weights.js';
import { graphAsJson } from '../conformance/lib/onnx-network.mjs';

const [name = 'vgg11', ratio = 4, side = 224, batch = 16, steps = 4, engines = 'wasm'] =
  process.argv.slice(2);
const graph = thin(buildArchitecture(architecture(name), { classes: 10 }), Number(ratio));
const input = [Number(batch), graph.defaultInput[0], Number(side), Number(side)];
const network = resolve(graph, input);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const examples = {
  count: Number(batch),
  images: Float32Array.from({ length: input.reduce((a, b) => a * b) }, (_, i) => ((i * 7919) % 256) / 255),
  labels: Uint8Array.from({ length: Number(batch) }, (_, i) => i % 10),
};
const optimizer = { name: 'sgd', lr: 0.01, momentum: 0, weightDecay: 0 };

const runs = [];
for (const wanted of engines.split(',')) {
  const { engine, about } = await selectEngine(wanted);
  const options = { weights: initialWeights(network, 0), optimizer, seed: 0, batch: Number(batch) };
  const trainer = await engine.build(network, options);
  await trainer.step(examples, 0);
  runs.push({ engine: wanted, backend: about.backend, trainer, rates: [] });
}
const torch = process.env.PYTHON ? await startPytorch() : undefined;
await torch?.step();
const torchRates = [];
for (let step = 1; step <= Number(steps); step++) {
  for (const { trainer, rates } of runs) {
    const start = performance.now();
    await trainer.step(examples, step);
    rates.push(Number(batch) / ((performance.now() - start) / 1000));
  }
  if (torch) torchRates.push(Number(batch) / (await torch.step()));
}
console.log(`${name}/${ratio} at ${side} pixels, batch ${batch}, median of ${steps} steps`);
const line = (who, rates, about) =>
  console.log(
    `${who.padEnd(12)}${median(rates).toFixed(2).padStart(8)} examples/s, best ${Math.max(...rates).toFixed(2)}  ${about}`,
  );
for (const { engine, backend, rates, trainer } of runs) {
  line(engine, rates, backend);
  trainer.dispose();
}
const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
if (torch) line('pytorch', torchRates, `largest resident size ${mib(await torch.end())}`);
console.log(`largest resident size of this process ${mib(1024 * process.resourceUsage().maxRSS)}`);
const wasm = runs.find(({ engine }) => engine === 'wasm');
if (wasm) {
  const { macs, backwardMacs } = analyse(graph, { input }).totals;
  const step = (2 * (macs + backwardMacs)) / Number(batch);
  const own = await convolutionRate();
  const reached = (median(wasm.rates) * step) / 1e9;
  console.log(
    `wasm reaches ${reached.toFixed(1)} GFLOP/s over the whole step, ${Math.round((100 * reached) / own)} % of its own convolution's ${own.toFixed(1)}`,
  );
}

/** The backend's 3×3 convolution of 64 to 64 channels at 56 pixels, in GFLOP/s. */
async function convolutionRate() {
  const { tf } = loadTensorFlow('wasm', '@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  const [x, w] = [tf.ones([16, 56, 56, 64]), tf.ones([3, 3, 64, 64])];
  const rates = Array.from({ length: 5 }, () => {
    const start = performance.now();
    tf.conv2d(x, w, 1, 'same').dispose();
    return (2 * 16 * 56 * 56 * 9 * 64 * 64) / ((performance.now() - start) * 1e6);
  });
  tf.dispose([x, w]);
  return median(rates);
}

/** PyTorch beside us, in a process that makes a step when it is asked to. */
async function startPytorch() {
  const script = fileURLToPath(new URL('train_pytorch.py', import.meta.url));
  const child = spawn(process.env.PYTHON, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => Number((await answers.next()).value);
  child.stdin.write(`${JSON.stringify({ graph: graphAsJson(network), input, threads: cpus().length })}\n`);
  return {
    step() {
      child.stdin.write('step\n');
      return next();
    },
    end() {
      child.stdin.end();
      return next();
    },
  };
}
