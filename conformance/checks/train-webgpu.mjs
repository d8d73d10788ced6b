import { existsSync } from 'node:fs';
import { images, spec, swiftshader, trainIn, webgpuFolder } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';

export const title = 'LeNet on WebGPU (SwiftShader) as on wasm; a software adapter is never picked';

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  if (!existsSync(swiftshader)) {
    note(`skipped: ${swiftshader} is not there (apt-get install chromium libvulkan1)`);
    return [];
  }
  const folder = await webgpuFolder(note);
  const env = { VK_ICD_FILENAMES: swiftshader };
  const train = async (engine) => {
    const recipe = [
      '--data',
      images,
      '--limit',
      '48',
      '--batch',
      '16',
      '--lr',
      '0.9',
      '--epochs',
      '3',
      '--json',
    ];
    const { code, stdout, stderr } = await trainIn(
      folder,
      [spec('lenet.yaml'), '--engine', engine, ...recipe],
      env,
    );
    if (code !== 0) throw new Error(`${engine} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const [gpu, wasm] = [await train('webgpu'), await train('wasm')];
  note(`webgpu on ${gpu.device}: ${JSON.stringify(gpu.epochs)}`);
  const losses = collect('losses of three epochs');
  gpu.epochs.forEach(({ epoch, loss }, i) => {
    const other = wasm.epochs[i].loss;
    if (Math.abs(loss / other - 1) > 1e-3) losses.problem(`epoch ${epoch}: webgpu ${loss}, wasm ${other}`);
  });
  losses.equal('checks passed', gpu.checks.passed, true);
  const auto = collect('auto passes the software adapter by');
  const { stderr } = await trainIn(folder, [spec('lenet.yaml'), '--epochs', '0'], env);
  if (!/^training on (?!webgpu)\w+: .*is not hardware/m.test(stderr)) auto.problem(stderr);
  return [losses.outcome(), auto.outcome()];
}
