import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Origin } from '../../core/origin.ts';
import { inputReference, resultReference } from '../../graph/graph.ts';
import type { Inputs } from './inputs.ts';

/** A value that a name means, and the prefix of the block whose local variable it is. */
export interface Found {
  readonly path: string;
  readonly scope: string;
}

/** Which names a spec has given, and what they stand for. */
export class Names {
  readonly #net: GraphBuilder;
  /** Full path of a block or macro to the path of the node whose output is its own; undefined while it is open. */
  readonly #groups = new Map<string, string | undefined>();
  /** Full path of a layer or group without its number to the number given last. */
  readonly #numbers = new Map<string, number>();

  /** By the names under which a spec may know them. */
  readonly #inputs: ReadonlyMap<string, string>;

  constructor(net: GraphBuilder, inputs: Inputs) {
    this.#net = net;
    const names = inputs.flatMap((input) => {
      const reference = inputReference(input);
      return [
        [input.name, reference],
        [reference, reference],
      ] as const;
    });
    this.#inputs = new Map(names);
  }

  isLayer(path: string): boolean {
    return !this.#inputs.has(path);
  }

  /** The next free `conv1`, `conv2`, … behind a prefix such as `block1.`; the full path. */
  next(prefix: string, stem: string): string {
    const numbered = prefix + stem;
    let number = this.#numbers.get(numbered) ?? 0;
    let path: string;
    do path = `${numbered}${++number}`;
    while (this.#taken(path));
    this.#numbers.set(numbered, number);
    return path;
  }

  /** Throws `duplicate-path` when a layer or group has this path already. */
  checkFree(path: string, at: Origin): void {
    if (this.#taken(path)) throw new VggError('duplicate-path', { path }, { ...at, path });
  }

  open(group: string): void {
    this.#groups.set(group, undefined);
  }

  close(group: string, output: string): void {
    this.#groups.set(group, output);
  }

  /**
   * The node that `name` means inside the block with this prefix: looked up there first, then in the
   * blocks around it, then among the network's inputs; `name:1` is its second result. Throws `spec-unknown-name`.
   */
  find(name: string, prefix: string, at: Origin): Found {
    const [, own, index] = /^(.*):(\d{1,6})$/.exec(name) ?? [];
    if (own === undefined) return this.#find(name, prefix, at);
    const { path, scope } = this.#find(own, prefix, at);
    return { path: resultReference(path, Number(index)), scope };
  }

  #find(name: string, prefix: string, at: Origin): Found {
    for (let around = prefix; ; around = enclosing(around)) {
      const path = around + name;
      const group = this.#groups.get(path);
      if (group !== undefined) return { path: group, scope: around };
      if (this.isLayer(path) && this.#net.has(path)) return { path, scope: around };
      if (around === '') break;
    }
    const input = this.#inputs.get(name);
    if (input !== undefined) return { path: input, scope: '' };
    const known = [...this.#groups.keys(), ...this.#net.paths()].filter((path) => path.startsWith(prefix));
    const local = known.map((path) => path.slice(prefix.length));
    throw new VggError('spec-unknown-name', { name, nearest: nearest(name, local.slice(-2000)) }, at);
  }

  #taken(path: string): boolean {
    return this.#groups.has(path) || this.#net.has(path);
  }
}

/** `a.b.` lies in `a.`, and that in the whole. */
function enclosing(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('.', prefix.length - 2) + 1);
}
