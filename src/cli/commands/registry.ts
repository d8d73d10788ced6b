import type { Io } from '../io/io.ts';

/** A command: its own part of the command line in, the exit code out. It may tell of the others. */
export type Run = (argv: readonly string[], io: Io, commands: Commands) => Promise<number>;

/** By name, in the order of the help. */
export type Commands = ReadonlyMap<string, CommandEntry>;

export interface CommandEntry {
  /** One line for the help. */
  readonly summary: string;
  /** Loads the command's file, which the others do not wait for. */
  load(): Promise<Run>;
}

/** Every command; one file each. */
export const commands: Commands = new Map<string, CommandEntry>([
  [
    'inspect',
    {
      summary: 'shapes, parameters and MACs of a network (the default)',
      load: async () => (await import('./inspect.ts')).inspect,
    },
  ],
  [
    'compare',
    {
      summary: 'networks side by side, with ratios',
      load: async () => (await import('./compare.ts')).compare,
    },
  ],
  [
    'diff',
    {
      summary: 'what changed between two networks, layer by layer',
      load: async () => (await import('./diff.ts')).diffNetworks,
    },
  ],
  [
    'reconcile',
    {
      summary: 'which way of counting gives this number?',
      load: async () => (await import('./reconcile.ts')).reconcile,
    },
  ],
  [
    'check',
    {
      summary: 'budgets for many models, and a lock of their numbers, for CI',
      load: async () => (await import('./check.ts')).check,
    },
  ],
  [
    'fit',
    {
      summary: 'largest batch per device; memory and time against batch size',
      load: async () => (await import('./fit.ts')).fit,
    },
  ],
  [
    'train',
    {
      summary: 'train a network and check its analysis; also `<arch> --train`',
      load: async () => (await import('./train.ts')).train,
    },
  ],
  [
    'export',
    {
      summary: 'write a network for other programs',
      load: async () => (await import('./export.ts')).exportNetwork,
    },
  ],
  [
    'draw',
    {
      summary: 'a figure of a network, as SVG or TikZ',
      load: async () => (await import('./draw.ts')).draw,
    },
  ],
  [
    'report',
    {
      summary: 'a page with pictures that needs nothing else, as HTML',
      load: async () => (await import('./report.ts')).report,
    },
  ],
  [
    'list',
    {
      summary: 'the names that can be given',
      load: async () => (await import('./list.ts')).list,
    },
  ],
  [
    'completion',
    {
      summary: 'a script that completes names and options in bash, zsh or fish',
      load: async () => (await import('./completion.ts')).completion,
    },
  ],
]);
