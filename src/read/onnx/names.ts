import type { FileNode } from '../../onnx/file.ts';

/** Scopes around a node. */
const DEEPEST = 32;

/** Longer paths are cut, so that no file can make the program run out of memory. */
const LONGEST = 200;

/** What a path may be made of; a colon would name a result. */
const clean = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}_.-]+/gu, '_')
    .replace(/^[_.]+|[_.]+$/g, '')
    .slice(0, LONGEST);

/**
 * The module path of a scope, as torch.onnx writes it: every segment is the attribute of the one before, and an item of
 * a list repeats the list's name. `/layer1/layer1.0/conv1` is layer1.0.conv1.
 */
function modulePath(segments: readonly string[]): string {
  const parts: string[] = [];
  for (const segment of segments) {
    const before = parts.at(-1);
    if (before !== undefined && segment.startsWith(`${before}.`)) parts.pop();
    parts.push(segment);
  }
  return clean(parts.map(clean).filter(Boolean).join('.'));
}

/** `Conv_3` is the fourth Conv of its scope. */
const isOperator = (segment: string, { operator }: FileNode): boolean =>
  segment.replace(/_\d+$/, '') === operator;

const scopeOf = (node: FileNode): readonly string[] | undefined => {
  const segments = node.name.slice(0, 1000).split('/').filter(Boolean).slice(-DEEPEST);
  const last = segments.at(-1);
  return node.name.startsWith('/') && last !== undefined && isOperator(last, node) ? segments : undefined;
};

/** A tensor named as a PyTorch module's: `layer1.0.conv1.weight`. */
const OWNER =
  /^(?:model\.|module\.)?([\p{L}_][\p{L}\p{N}_.]*)\.(?:weight|bias|running_mean|running_var|in_proj_weight)$/u;

/** Gives every layer a path: that of its module where the file tells, else its operator and a number. */
export class Names {
  readonly #used = new Set<string>();
  readonly #counts = new Map<string, number>();
  /** Nodes in each scope. */
  readonly #inScope = new Map<string, number>();

  /** Counts nodes by their scopes: one that is alone in its scope gets the scope's path. */
  expect(nodes: readonly FileNode[]): void {
    for (const node of nodes) {
      const segments = scopeOf(node)?.slice(0, -1);
      if (segments === undefined || node.operator === 'Constant') continue;
      const scope = segments.join('/');
      this.#inScope.set(scope, (this.#inScope.get(scope) ?? 0) + 1);
      // A module with modules in it is no layer.
      for (let cut = scope.lastIndexOf('/'); cut > 0; cut = scope.lastIndexOf('/', cut - 1)) {
        this.#inScope.set(scope.slice(0, cut), 2);
      }
    }
  }

  /** `tensors` are the names of those that belong to the layer. */
  of(node: FileNode, tensors: readonly string[]): string {
    return this.#unique(this.#module(node, tensors) ?? this.#numbered(node.operator.toLowerCase()));
  }

  /** Of a tensor that is a layer of its own. */
  ofTensor(name: string): string {
    const usable = /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name) && !/^(?:val|const|tensor)?_?\d+$/.test(name);
    return this.#unique(usable ? clean(name) : this.#numbered('parameter'));
  }

  #module(node: FileNode, tensors: readonly string[]): string | undefined {
    const owner = tensors.map((tensor) => OWNER.exec(tensor)?.[1]).find((module) => module !== undefined);
    if (owner) return clean(owner);
    const segments = scopeOf(node);
    if (segments) {
      const scope = segments.slice(0, -1);
      const module = modulePath(scope);
      const alone = (this.#inScope.get(scope.join('/')) ?? 1) === 1;
      if (module && (alone || tensors.length > 0)) return module;
      const operator = segments.at(-1)!.toLowerCase();
      return module === '' ? undefined : `${module}.${operator}`;
    }
    const name = clean(node.name.replaceAll('/', '.')).replace(/^node_(?=\p{L})/u, '');
    // A letter and a number say nothing, nor does an operator and a number.
    return /^(?:\p{L}|node)?_?\d*$/u.test(name) || isOperator(name, node) ? undefined : name;
  }

  #numbered(stem: string): string {
    const word = clean(stem) || 'node';
    const count = (this.#counts.get(word) ?? 0) + 1;
    this.#counts.set(word, count);
    return `${word}${count}`;
  }

  #unique(wanted: string): string {
    let path = wanted;
    let next = (this.#counts.get(`_${wanted}`) ?? 1) + 1;
    while (this.#used.has(path)) path = `${wanted}_${next++}`;
    if (path !== wanted) this.#counts.set(`_${wanted}`, next - 1);
    this.#used.add(path);
    return path;
  }
}
