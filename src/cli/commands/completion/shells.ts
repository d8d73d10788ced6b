import type { Described } from './describe.ts';
import { manual } from './manual.ts';

/** The default command: its words and options follow the program's name itself. */
const DEFAULT = 'inspect';

/** Writes a shell's script from the commands. One function, one line in `shells`. */
type WriteScript = (commands: readonly Described[]) => string;

/** Between single quotes. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const unique = (words: readonly string[]) => [...new Set(words)];

function bash(commands: readonly Described[]): string {
  const cases = commands.flatMap(({ name, words, options }) => [
    `    ${name})`,
    `      words=${quoted(words.join(' '))}`,
    `      flags=${quoted(options.map(({ long }) => long).join(' '))}`,
    '      ;;',
  ]);
  const values = valuesByFlag(commands).map(
    ([flag, names]) =>
      `    ${flag}) COMPREPLY=($(compgen -W ${quoted(names.join(' '))} -- "$cur")); return ;;`,
  );
  const names = commands.map(({ name }) => name).join(' ');
  return `# bash completion of vgg-inspect
_vgg_inspect() {
  local cur prev command words flags
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD-1]}
  command=\${COMP_WORDS[1]}
  case "$prev" in
${values.join('\n')}
    -o|--output|--log|--lock) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  case " ${names} " in
    *" $command "*) ;;
    *) command=${DEFAULT} ;;
  esac
  case "$command" in
${cases.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then words="${names} $words"; fi
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  else COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur")); fi
}
complete -o filenames -F _vgg_inspect vgg-inspect
`;
}

/** Options that take one of a few names, the same names wherever the option is. */
function valuesByFlag(commands: readonly Described[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const { options } of commands)
    for (const { long, values } of options)
      if (values.length > 0) found.set(long, unique([...(found.get(long) ?? []), ...values]));
  return [...found];
}

function zsh(commands: readonly Described[]): string {
  const plain = (text: string) => text.replaceAll(/[[\]:]/g, (sign) => `\\${sign}`);
  const branch = ({ name, words, options }: Described) => {
    const specs = options.map(({ long, about, takesValue, values }) => {
      const value = !takesValue ? '' : values.length > 0 ? `:value:(${values.join(' ')})` : ':value:_files';
      return `        ${quoted(`*${long}[${plain(about)}]${value}`)}`;
    });
    const rest =
      words.length > 0
        ? `*: :{ _alternative 'name:name:(${words.join(' ')})' 'file:file:_files' }`
        : '*:file:_files';
    return `    ${name})\n      _arguments \\\n${[...specs, `        "${rest}"`].join(' \\\n')}\n      ;;`;
  };
  const known = commands.map(({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}`);
  const networks = commands.find(({ name }) => name === DEFAULT)?.words ?? [];
  return `#compdef vgg-inspect
# zsh completion of vgg-inspect
_vgg_inspect() {
  local -a commands
  commands=(
${known.join('\n')}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
    compadd -- ${networks.join(' ')}
    _files
    return
  fi
  local command=$words[2]
  if (( \${commands[(I)\${command}:*]} )); then shift words; (( CURRENT-- )); else command=${DEFAULT}; fi
  case $command in
${commands.map(branch).join('\n')}
  esac
}
# Loaded by the shell at the first use, or sourced.
if [[ $funcstack[1] == _vgg-inspect ]]; then _vgg_inspect "$@"; else compdef _vgg_inspect vgg-inspect; fi
`;
}

function fish(commands: readonly Described[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const first = `not __fish_seen_subcommand_from ${names}`;
  const lines = commands.flatMap(({ name, summary, words, options }) => {
    const here = name === DEFAULT ? first : `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c vgg-inspect -n ${quoted(first)} -a ${name} -d ${quoted(summary)}`,
      ...(words.length > 0
        ? [`complete -c vgg-inspect -n ${quoted(here)} -a ${quoted(words.join(' '))}`]
        : []),
      ...options.map(({ long, about, takesValue, values }) => {
        const value = !takesValue ? '' : values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r';
        return `complete -c vgg-inspect -n ${quoted(here)} -l ${long.slice(2)}${value} -d ${quoted(about)}`;
      }),
    ];
  });
  return `# fish completion of vgg-inspect\n${lines.join('\n')}\n`;
}

/** By the name that is given on the command line. */
export const shells: ReadonlyMap<string, WriteScript> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
  // No shell, but made of the same.
  ['man', manual],
]);
