import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/vgg-inspect.js', import.meta.url));
const fixture = fileURLToPath(new URL('../../fixtures/specs/tiny-vgg.yaml', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = { PATH: process.env['PATH'] };

function start(file: string, args: readonly string[], stdin = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: environment, maxBuffer: 2 ** 28 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code as number | null) : 0, stdout, stderr });
    });
    child.stdin!.on('error', () => {});
    child.stdin!.end(stdin);
  });
}

const node = (args: readonly string[], stdin?: string) => start(process.execPath, [bin, ...args], stdin);
const shell = (line: string) =>
  start('/bin/sh', ['-c', line.replaceAll('vgg-inspect', `'${process.execPath}' '${bin}'`)]);

test('the installed command inspects, fails and complains with its exit codes', async () => {
  const fine = await node(['vgg11', '--input', '1x1x224x224', '--assert', 'params==128806154']);
  expect(fine).toMatchObject({ code: 0, stderr: '' });
  expect(fine.stdout).toContain('128,806,154');
  expect(await node(['vgg11', '--assert', 'params==1'])).toMatchObject({ code: 1 });
  expect(await node(['vgg12'])).toMatchObject({ code: 2, stdout: '' });
});

test.skipIf(process.platform === 'win32')(
  'a working folder that was deleted is said, where it is needed',
  async () => {
    const gone = (args: string) => shell(`d=$(mktemp -d) && cd "$d" && rmdir "$d" && vgg-inspect ${args}`);
    expect(await gone('vgg11')).toMatchObject({ code: 0 });
    expect(await gone('net.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: the working folder cannot be read: there is no such folder (change to a folder that is there)\n',
    });
  },
);

test('a spec through a pipe and from a file', async () => {
  const { stdout } = await node([fixture, '--json']);
  const piped = await shell(`cat '${fixture}' | vgg-inspect - --json`);
  expect(JSON.parse(piped.stdout)).toEqual(JSON.parse(stdout));
});

test('a reader that goes early ends it quietly', async () => {
  const { code, stdout, stderr } = await shell(
    '(vgg-inspect torchvision/densenet201 --json; echo "exit $?" >&2) | head -n 1',
  );
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{\n', stderr: 'exit 0\n' });
});

test('readers of both streams that go early change nothing', async () => {
  const { stdout } = await shell(
    '{ { vgg-inspect vgg16-1x1 --input 1x1x96x96 --ratio 4 --assert params==1; echo "exit $?" >&3; } 2>&1 | true; } 3>&1',
  );
  expect(stdout).toBe('exit 1\n');
});

test('a closed stderr does not change the exit code', async () => {
  const { stdout } = await shell('vgg-inspect vgg12 2>&- ; echo "exit $?"');
  expect(stdout).toBe('exit 2\n');
});

test('50 MB of standard input end it before it has read them', async () => {
  const { stdout } = await shell(
    `head -c 50000000 /dev/zero | tr '\\0' '#' | vgg-inspect - 2>&1; echo "exit $?"`,
  );
  expect(stdout).toMatch(/^error: <stdin>: is larger than 4 MiB [^\n]*\nexit 2\n$/);
});

test.runIf(existsSync('/dev/full'))('a full disk is one line, not a stack', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin, 'vgg11'], {
    env: environment,
    stdio: ['ignore', full, 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: cannot write standard output: the disk is full\n',
  });
});

test('Ctrl-C while it waits for standard input ends it with 130', async () => {
  const child = spawn(process.execPath, [bin, '-'], { env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
  // A large write is taken only once the program reads, so that the signal cannot come before its handler.
  child.stdin!.write('#'.repeat(1_000_000), () => child.kill('SIGINT'));
  const ended = await new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  expect(ended).toEqual({ code: 130, signal: null });
});
