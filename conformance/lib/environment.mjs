import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @import { Note } from './types.ts' */

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.venv', 'conformance');
const requirements = join(root, 'conformance', 'requirements.txt');
const stamp = join(folder, 'requirements.sha256');
const windows = process.platform === 'win32';
const interpreter = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');

/**
 * A virtual environment in the project with what `requirements.txt` pins; made on first use and again whenever that
 * file changes. Throws when there is no Python or when pip fails; pip's own words go to stderr.
 * @param {Note} note
 */
export async function ensureEnvironment(note) {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const python = findPython();
  note(`making a virtual environment with ${python} in ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  await stream(python, ['-m', 'venv', folder]);
  note('installing what the checks compare with (torch is large: this can take minutes)');
  await stream(interpreter, ['-m', 'pip', 'install', '--progress-bar', 'off', '-r', requirements]);
  writeFileSync(stamp, wanted);
}

function findPython() {
  const names = [...(process.env.PYTHON ? [process.env.PYTHON] : []), 'python3', 'python'];
  const found = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found === undefined) {
    throw new Error(`the conformance run needs Python 3.11 or later: none of ${names.join(', ')} runs`);
  }
  return found;
}

/**
 * Runs a script of `conformance/python` with a request as JSON and resolves with its answer.
 * Rejects when it fails; what it prints goes to stderr.
 * @param {string} script
 * @param {unknown} request
 */
export async function python(script, request) {
  const path = join(root, 'conformance', 'python', script);
  return JSON.parse(await stream(interpreter, [path], JSON.stringify(request)));
}

/**
 * Resolves with stdout when there is an input, which is then written; otherwise stdout joins stderr.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [input]
 * @returns {Promise<string>}
 */
function stream(command, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: input === undefined ? ['ignore', process.stderr, 'inherit'] : ['pipe', 'pipe', 'inherit'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}`));
    });
    child.stdout?.on('data', (chunk) => output.push(chunk));
    // A script that dies early closes its input; its exit code says enough.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/**
 * A folder that holds one package and none of what it needs, for a release that cannot stand beside the one that
 * `requirements.txt` names; made on first use.
 * @param {string} requirement
 * @param {Note} note
 */
export async function packageFolder(requirement, note) {
  const target = join(root, '.venv', requirement.replace('==', '-'));
  if (existsSync(target)) return target;
  note(`installing ${requirement} by itself`);
  // Two checks may ask for the same one at once.
  const part = `${target}.${process.pid}.part`;
  const options = ['--progress-bar', 'off', '--no-deps', '--target', part];
  await stream(interpreter, ['-m', 'pip', 'install', ...options, requirement]);
  if (existsSync(target)) rmSync(part, { recursive: true });
  else renameSync(part, target);
  return target;
}
