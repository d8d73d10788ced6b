import { isAlias, isMap, isScalar, type Node, type Pair } from 'yaml';
import { VggError } from '../core/errors/error.ts';
import type { Origin } from '../core/origin.ts';
import { findJsonMistake } from './json-syntax.ts';
import type { Entry, Scalar, Value } from './value.ts';
import { MAX_DEPTH, yamlTree } from './yaml-tree.ts';

/** Values that a file may come to when its aliases are written out. */
const MAX_VALUES = 2_000_000;

/**
 * A spec's text as a tree of values with their places; JSON when `file` ends so, YAML otherwise.
 * Aliases stand for what their anchors hold.
 * Throws the `spec-…` errors of syntax, duplicate keys, tags, merge keys, and aliases that expand without end.
 */
export function parseText(text: string, file: string): Value {
  if (/\.json$/i.test(file)) checkJson(text, file);
  const { contents, place } = yamlTree(text, file);
  return new Reader(place).read(contents, 0);
}

function checkJson(text: string, file: string): void {
  if (text.trim() === '') throw new VggError('spec-empty', {}, { file });
  const mistake = findJsonMistake(text);
  if (mistake === undefined) return;
  const before = text.slice(0, mistake.offset).split('\n');
  const at = { file, line: before.length, column: before.at(-1)!.length + 1 };
  throw new VggError('spec-syntax', { format: 'JSON', problem: mistake.problem }, at);
}

/** As it is written. */
const shortTag = (tag: string) => tag.replace(/^tag:yaml\.org,2002:/, '!!');

/** Turns the package's nodes into values, in the order of the file. */
class Reader {
  readonly #place: (offset: number) => Origin;
  readonly #anchors = new Map<string, Node>();
  /** Nodes that are being read: an alias to one of them has no end. */
  readonly #open = new Set<Node>();
  #count = 0;

  constructor(place: (offset: number) => Origin) {
    this.#place = place;
  }

  read(node: Node, depth: number): Value {
    const at = this.#place(node.range![0]);
    if (++this.#count > MAX_VALUES) throw new VggError('spec-expands-too-far', { limit: MAX_VALUES }, at);
    if (depth > MAX_DEPTH) throw new VggError('spec-too-deep', { limit: MAX_DEPTH }, at);
    if (isAlias(node)) return this.read(this.#target(node.source, at), depth + 1);
    if (node.tag !== undefined) throw new VggError('spec-tag', { tag: shortTag(node.tag) }, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return { type: 'scalar', value: node.value as Scalar['value'], at };
    this.#open.add(node);
    const value = this.#collection(node, at, depth + 1);
    this.#open.delete(node);
    return value;
  }

  #target(name: string, at: Origin): Node {
    const node = this.#anchors.get(name);
    if (node === undefined) throw new VggError('spec-unknown-anchor', { name }, at);
    if (this.#open.has(node)) throw new VggError('spec-alias-cycle', { name }, at);
    return node;
  }

  #collection(node: Node, at: Origin, depth: number): Value {
    if (!isMap(node)) {
      const { items } = node as unknown as { items: readonly Node[] };
      return { type: 'list', items: items.map((item) => this.read(item, depth)), at };
    }
    const entries = new Map<string, Entry>();
    for (const { key, value } of node.items as readonly Pair<Node, Node | null>[]) {
      const keyAt = this.#place(key.range![0]);
      const name = this.#key(key, keyAt);
      if (entries.has(name)) throw new VggError('spec-duplicate-key', { key: name }, keyAt);
      entries.set(name, {
        keyAt,
        value: value ? this.read(value, depth) : { type: 'scalar', value: null, at: keyAt },
      });
    }
    return { type: 'mapping', entries, at };
  }

  #key(key: Node, at: Origin): string {
    const scalar = isAlias(key) ? this.#target(key.source, at) : key;
    if (!isScalar(scalar) || typeof scalar.value !== 'string')
      throw new VggError('spec-key-not-text', {}, at);
    if (key.tag !== undefined) throw new VggError('spec-tag', { tag: shortTag(key.tag) }, at);
    if (scalar.anchor !== undefined) this.#anchors.set(scalar.anchor, scalar);
    if (scalar.value === '<<') throw new VggError('spec-merge-key', {}, at);
    return scalar.value;
  }
}
