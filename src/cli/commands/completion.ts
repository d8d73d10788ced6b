import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { addExamples, parse, parser } from '../options/parser.ts';
import { describeAll } from './completion/describe.ts';
import { shells } from './completion/shells.ts';
import type { Commands } from './registry.ts';

/** `vgg-inspect completion bash`: a script that completes commands, options, and the names that they take. */
export async function completion(argv: readonly string[], io: Io, commands: Commands): Promise<number> {
  const names = [...shells.keys()];
  const command = parser('completion')
    .description('Prints a script that lets a shell complete commands, options, networks and devices.')
    .argument('[shell]', 'bash, zsh or fish; man for the manual page');
  addExamples(command, [
    'vgg-inspect completion bash > ~/.local/share/bash-completion/completions/vgg-inspect',
    'vgg-inspect completion zsh > "${fpath[1]}/_vgg-inspect"',
    'vgg-inspect completion fish > ~/.config/fish/completions/vgg-inspect.fish',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;
  const [name] = command.args;
  if (name === undefined)
    throw new VggError('missing-argument', { what: 'the shell', example: 'vgg-inspect completion bash' });
  const write = shells.get(name);
  if (!write) {
    const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
    throw new VggError('bad-option', {
      option: 'the shell',
      expected,
      value: name,
      nearest: nearest(name, names),
    });
  }
  await io.stdout.write(write(await describeAll(commands, io)));
  return exitCodes.fine;
}
