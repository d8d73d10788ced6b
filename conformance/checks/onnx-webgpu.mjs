import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { images, spec, swiftshader, trainIn } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';

export const title =
  "onnxruntime's WebGPU provider (SwiftShader): gradients of every layer kind, and LeNet as on the CPU";

const TOLERANCE = 1e-5;
/** WGSL lets a sine and a cosine be off by so much. Source: WebGPU Shading Language, "Accuracy of Expressions". */
const TRIGONOMETRY = { cases: /^(sin|cos)$/, tolerance: 2 ** -11 };
const program = fileURLToPath(new URL('../lib/webgpu-cases.mjs', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  if (!existsSync(swiftshader)) {
    note(`skipped: ${swiftshader} is not there (apt-get install chromium libvulkan1)`);
    return [];
  }
  const env = { VK_ICD_FILENAMES: swiftshader };
  const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [program], options);
  const { cases, missing } = JSON.parse(stdout);
  const names = collect('an operator that is not there');
  if (!/no Hardmax of float32, which block1\.odd\/Hardmax needs/.test(missing)) names.problem(missing);
  return [...cases.map(gradients), names.outcome(), await training(env, note)];
}

function gradients({ name, errors = [], failure }) {
  const report = collect(name);
  if (failure !== undefined) report.problem(failure);
  const tolerance = TRIGONOMETRY.cases.test(name) ? TRIGONOMETRY.tolerance : TOLERANCE;
  for (const [tensor, error] of errors) {
    if (!(error < tolerance)) report.problem(`${tensor}: off by ${error}`);
  }
  return report.outcome();
}

async function training(env, note) {
  const report = collect('LeNet, an epoch of Adam');
  const results = [];
  for (const device of ['webgpu', 'cpu']) {
    const recipe = ['--data', images, '--limit', 40, '--batch', 16, '--epochs', 1, '--optimizer', 'adam'];
    const args = [spec('lenet.yaml'), '--engine', 'onnx', '--device', device, ...recipe, '--json'];
    const { code, stdout, stderr } = await trainIn(root, args.map(String), env);
    if (code !== 0) throw new Error(`${device} ended with ${code}: ${stderr}`);
    results.push(JSON.parse(stdout));
  }
  const [gpu, cpu] = results;
  note(`webgpu ${JSON.stringify(gpu.epochs)}, cpu ${JSON.stringify(cpu.epochs)}`);
  report.equal('checks passed', gpu.checks.passed, true);
  const [a, b] = [gpu.epochs[0].loss, cpu.epochs[0].loss];
  if (!(Math.abs(a / b - 1) < 1e-4)) report.problem(`loss ${a}, on the CPU ${b}`);
  return report.outcome();
}
