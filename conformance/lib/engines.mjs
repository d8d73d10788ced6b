// Installs the optional training engines into folders of their own, so that the repository's own packages stay as
// they are, and trains in them.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { realImages } from './real-images.mjs';

/** @import { Note } from './types.ts' */

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = join(root, 'bin', 'vgg-inspect.js');
const execute = promisify(execFile);
const TFJS = '4.22.0';
const TENSORFLOW = '2.21.0';
const OTHER_NODE = '24.21.0';
const tfjs = (/** @type {string[]} */ ...names) => names.map((name) => `@tensorflow/tfjs-${name}@${TFJS}`);

/**
 * @param {string} folder
 * @param {readonly string[]} packages
 */
async function npmInstall(folder, packages) {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n');
  await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
  });
}

/**
 * tfjs's WebGPU backend on Dawn. Resolves with the folder.
 * @param {Note} note
 */
export async function webgpuFolder(note) {
  const folder = join(root, '.venv', 'webgpu');
  if (!existsSync(join(folder, 'node_modules', 'webgpu'))) {
    note('installing the webgpu engine');
    await npmInstall(folder, [...tfjs('core', 'layers', 'backend-wasm', 'backend-webgpu'), 'webgpu@0.6.2']);
  }
  return folder;
}

/**
 * tfjs-node built against the TensorFlow libraries of the pip wheel: its own download is out of reach in many places.
 * Resolves with the folder.
 * @param {Note} note
 */
export async function tensorflowFolder(note) {
  const folder = join(root, '.venv', 'tensorflow');
  const done = join(folder, 'built');
  if (existsSync(done)) return folder;
  mkdirSync(folder, { recursive: true });
  const wheel = join(folder, 'wheel');
  if (!existsSync(join(wheel, 'tensorflow'))) await unpackWheel(folder, wheel, note);
  await npmInstall(folder, tfjs('core', 'layers', 'backend-wasm', 'node'));
  const deps = join(folder, 'node_modules', '@tensorflow', 'tfjs-node', 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  const inWheel = join(wheel, 'tensorflow');
  symlinkSync(join(inWheel, 'include'), join(deps, 'include'));
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    symlinkSync(join(inWheel, name), join(deps, 'lib', name));
  }
  for (const name of ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow.so.2.9.1']) {
    symlinkSync('libtensorflow_cc.so.2', join(deps, 'lib', name));
  }
  symlinkSync('libtensorflow_framework.so.2', join(deps, 'lib', 'libtensorflow_framework.so'));
  note('building tfjs-node');
  await execute('npm', ['rebuild', '@tensorflow/tfjs-node'], {
    cwd: folder,
    env: { ...process.env, npm_config_build_from_source: 'true' },
    maxBuffer: 1 << 26,
  });
  writeFileSync(done, '');
  return folder;
}

/**
 * @param {string} folder
 * @param {string} wheel
 * @param {Note} note
 */
async function unpackWheel(folder, wheel, note) {
  const python = join(root, '.venv', 'conformance', 'bin', 'python');
  const found = () =>
    readdirSync(folder).find((file) => file.startsWith('tensorflow_cpu') && file.endsWith('.whl'));
  if (found() === undefined) {
    note(`downloading tensorflow-cpu ${TENSORFLOW} (large: this can take minutes)`);
    await execute(python, [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '-d',
      folder,
      `tensorflow-cpu==${TENSORFLOW}`,
    ]);
  }
  const downloaded = found();
  if (downloaded === undefined) throw new Error(`pip left no wheel of tensorflow-cpu in ${folder}`);
  const part = `${wheel}.part`;
  rmSync(part, { recursive: true, force: true });
  await execute(python, ['-m', 'zipfile', '-e', join(folder, downloaded), part]);
  renameSync(part, wheel);
  rmSync(join(folder, downloaded));
}

/**
 * Another Node than this one, from its own npm package. Resolves with its executable.
 * @param {Note} note
 */
export async function otherNode(note) {
  const folder = join(root, '.venv', `node-${OTHER_NODE}`);
  const name = `node-${process.platform}-${process.arch}`;
  const executable = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(executable)) {
    note(`installing Node ${OTHER_NODE}`);
    await npmInstall(folder, [`${name}@${OTHER_NODE}`]);
  }
  return executable;
}

/**
 * Runs a script of `conformance/lib` in a folder, by this Node or another; resolves with the JSON that it prints.
 * @param {string} folder
 * @param {string} script
 * @param {readonly string[]} [args]
 * @param {string} [node]
 */
export async function reportIn(folder, script, args = [], node = process.execPath) {
  const file = join(root, 'conformance', 'lib', script);
  const { stdout } = await execute(node, [file, ...args], { cwd: folder, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/**
 * `train` of the command line in a folder.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [env]
 * @param {string} [node]
 */
export const trainIn = (folder, args, env, node) =>
  runProgram(folder, ['train', ...args, '--engines-from', '.'], env, node);

/**
 * Runs the command line in a folder; resolves with exit code, stdout and stderr.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [env]
 * @param {string} [node]
 */
export async function runProgram(folder, args, env = {}, node = process.execPath) {
  try {
    const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
    return { code: 0, ...(await execute(node, [program, ...args], options)) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
    // A program that ends with another code than 0 is an error that holds what it wrote.
    const { code, stdout, stderr } = /** @type {{ code: number } & Record<string, unknown>} */ (error);
    return { code, stdout: String(stdout), stderr: String(stderr) };
  }
}

/** Where Debian's chromium package puts SwiftShader, a Vulkan driver that computes on the CPU. */
export const swiftshader = process.env.SWIFTSHADER_ICD ?? '/usr/lib/chromium/vk_swiftshader_icd.json';

export const spec = (/** @type {string} */ name) => join(root, 'fixtures', 'train', name);
/** Real images: a folder of IDX files that VGG_INSPECT_IMAGES names, or handwritten digits. */
export const images = process.env.VGG_INSPECT_IMAGES ?? (await realImages());
