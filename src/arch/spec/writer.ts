import { VggError } from '../../core/errors/error.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { attributeNames } from '../../layers/shared/attributes.ts';
import type { LayerKind } from '../../layers/layer.ts';
import { layerKinds, nearestKinds } from '../../layers/registry.ts';
import { namedArguments, placingErrors, plainArguments } from './arguments.ts';
import type { Inputs } from './inputs.ts';
import { readItem, type Item } from './item.ts';
import type { Macro } from './macros/macro.ts';
import { macroFor, macros } from './macros/registry.ts';
import { Locals } from './locals.ts';
import { Names, type Found } from './names.ts';
import { asFlag, asList, wrongType, type Entry, type Value } from '../../text/value.ts';

/** Part of a path. No dots, which separate the parts; no spaces or signs, which would blur tables and assertions. */
const NAME = /^[\w-]{1,100}$/;

/** Characters of the names of all blocks around a layer: every layer's path repeats them. */
const MAX_PREFIX = 500;

const isKind = (name: string) => layerKinds.has(name) || macros.has(name);

/** Writes the layers of a spec into a graph. */
export class SpecWriter {
  readonly net: GraphBuilder;
  readonly #names: Names;
  readonly #locals = new Locals();

  constructor(inputs: Inputs) {
    const [first, ...others] = inputs.map(({ name }) => name);
    this.net = new GraphBuilder([first!, ...others]);
    this.#names = new Names(this.net, inputs);
  }

  /** The graph of all that was written; its output is the last layer unless `outputs` names others. */
  build(about: Omit<Graph, 'nodes' | 'outputs'>, outputs?: Entry): Graph {
    return this.#locals.hold(this.net.build(about, outputs && this.#outputs(outputs)));
  }

  /** Throws `spec-wrong-type`, `spec-unknown-name`, and `spec-output-twice`. */
  #outputs({ value }: Entry): string[] {
    const { items } = asList(value, 'outputs', 'a list of the names of layers');
    if (items.length === 0) wrongType(value, 'outputs', 'a list of at least one name');
    const found = new Set<string>();
    for (const item of items) {
      const { path } = this.#find(item, '');
      if (found.has(path) || !this.#names.isLayer(path))
        throw new VggError('spec-bad-output', { path }, item.at);
      found.add(path);
    }
    return [...found];
  }

  /**
   * Writes a list of layers behind `net.last`, their names behind `prefix`.
   * Throws the `spec-…` errors with their places, and those of the layers' own arguments.
   */
  layers(value: Value, what: string, prefix = '', mayBeEmpty = false): void {
    const list = asList(value, what, 'a list of layers');
    if (list.items.length === 0 && !mayBeEmpty) wrongType(value, what, 'a list of at least one layer');
    for (const item of list.items) this.#item(readItem(item, isKind), prefix);
  }

  #item(item: Item, prefix: string): void {
    const around = this.net.frozen;
    if (item.trainable && !asFlag(item.trainable.value, 'trainable')) this.net.frozen = true;
    this.#write(item, prefix);
    this.net.frozen = around;
  }

  #write(item: Item, prefix: string): void {
    const { kind, at, given } = item;
    const macro = macroFor(kind, given);
    const layer = layerKinds.get(kind);
    if (macro) return this.#macro(macro, item, prefix);
    if (layer) return this.#layer(layer, item, prefix);
    const known = [...layerKinds.keys(), ...macros.keys()];
    throw new VggError('unknown-kind', { name: kind, nearest: nearestKinds(kind, known) }, at);
  }

  #layer(layer: LayerKind, { kind, at, given, name, from, sharesWeightsOf }: Item, prefix: string): void {
    const entries = namedArguments(kind, given, attributeNames(layer));
    const path = this.#path(name, prefix, layer.stem, at);
    placingErrors(entries, () =>
      this.net.add(path, layer, plainArguments(entries), {
        ...(from && { from: this.#sources(from, prefix) }),
        ...(sharesWeightsOf && { sharesWeightsOf: this.#find(sharesWeightsOf.value, prefix).path }),
        origin: at,
      }),
    );
  }

  #macro(macro: Macro, { at, given, name, from, sharesWeightsOf }: Item, prefix: string): void {
    if (sharesWeightsOf)
      throw new VggError('spec-shares-no-weights', { kind: macro.name }, sharesWeightsOf.keyAt);
    const inner =
      given?.type === 'mapping' && macro.arguments.includes('name') ? given.entries.get('name') : undefined;
    const path = this.#path(name ?? inner, prefix, macro.stem, at);
    if (from) this.net.last = this.#source(from.value, prefix);
    this.#names.open(path);
    macro.write({
      given,
      at,
      path,
      around: prefix,
      net: this.net,
      layers: (layers, what, inside, mayBeEmpty) => this.layers(layers, what, inside, mayBeEmpty),
    });
    this.#names.close(path, this.net.last);
  }

  /** The full path: the name that was given, or the next number of the stem. */
  #path(name: Entry | undefined, prefix: string, stem: string, at: Item['at']): string {
    if (prefix.length > MAX_PREFIX) throw new VggError('spec-path-too-long', { limit: MAX_PREFIX }, at);
    if (name === undefined) return this.#names.next(prefix, stem);
    const { value } = name;
    const text = value.type === 'scalar' && typeof value.value !== 'boolean' ? String(value.value ?? '') : '';
    if (!NAME.test(text)) wrongType(value, 'name', 'a word of letters, digits, _ and -');
    this.#names.checkFree(prefix + text, at);
    return prefix + text;
  }

  #sources({ value }: Entry, prefix: string): string[] {
    if (value.type !== 'list') return [this.#source(value, prefix)];
    if (value.items.length === 0) wrongType(value, 'from', 'the name of a layer or a list of names');
    return value.items.map((item) => this.#source(item, prefix));
  }

  /** A value that a layer reads. One that is not what the layer before gave is a local variable of its block. */
  #source(value: Value, prefix: string): string {
    const found = this.#find(value, prefix);
    if (found.path !== this.net.last) this.#locals.add(found);
    return found.path;
  }

  #find(value: Value, prefix: string): Found {
    const name = value.type === 'scalar' ? value.value : null;
    if (typeof name !== 'string' && typeof name !== 'number') {
      return wrongType(value, 'a reference', 'the name of one layer');
    }
    return this.#names.find(String(name), prefix, value.at);
  }
}
