import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let own: string;
beforeEach(() => (own = mkdtempSync(join(tmpdir(), 'vgg-privacy-'))));
afterEach(() => rmSync(own, { recursive: true }));

/** A training whose home, temporary and working folders are new; resolves to what it printed on stderr. */
function train(engine: string): Promise<string> {
  const folder = (name: string) => {
    mkdirSync(join(own, name), { recursive: true });
    return join(own, name);
  };
  const recipe = ['--data', 'synthetic', '--limit', '20', '--epochs', '1', '--engine', engine];
  const args = [resolve('bin/vgg-inspect.js'), 'train', 'lenet', ...recipe];
  const home = folder('home');
  const env = {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local'),
    TMPDIR: folder('tmp'),
    TEMP: folder('tmp'),
    TMP: folder('tmp'),
  };
  // An answer of the environment of the test itself must not stand in for the program's.
  delete (env as NodeJS.ProcessEnv)['ORT_DISABLE_TELEMETRY'];
  return new Promise((done, failed) =>
    execFile(process.execPath, args, { env, cwd: folder('work') }, (error, _, stderr) =>
      error ? failed(error) : done(stderr),
    ),
  );
}

test.each(['onnx', 'wasm'])('a training on %s writes nothing that was not asked for', async (engine) => {
  expect(await train(engine)).toContain(`training on ${engine}`);
  const files = readdirSync(own, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual([]);
});
