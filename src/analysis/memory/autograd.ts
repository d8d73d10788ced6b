import {
  contiguousStrides,
  elementwiseStrides,
  isContiguous,
  permuted,
  viewStrides,
  type Layout,
} from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Ledger, Storage } from './storage.ts';
import type { BackwardNode, Edge, Gradient, Result } from './tensor.ts';

/**
 * Runs the autograd graph backwards from `root` as PyTorch's engine does: of the nodes whose gradients have all
 * arrived, the one created last. While a node runs, its saved tensors, its incoming gradient and all that it produces
 * are live; then its saved tensors go. Source: torch/csrc/autograd/engine.cpp.
 *
 * `gradient` is the storage of the root's incoming gradient; the caller's reference passes to the engine.
 */
export function runBackward(ledger: Ledger, root: BackwardNode, gradient: Storage): void {
  countWaiting(root);
  const { shape, strides, bytes } = root;
  root.incoming = { storage: gradient, shape, strides, bytes, view: false };
  const ready = new ReadyQueue();
  ready.push(root);
  for (let node = ready.pop(); node; node = ready.pop()) {
    ledger.path = node.path;
    for (const next of runNode(ledger, node)) ready.push(next);
    ledger.note();
  }
}

/** Sets each node's number of gradients to wait for. */
function countWaiting(root: BackwardNode): void {
  const seen = new Set([root]);
  const stack = [root];
  root.waiting = 0;
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const { to } of node.edges) {
      if (!seen.has(to)) {
        seen.add(to);
        stack.push(to);
        to.waiting = 0;
      }
      to.waiting++;
    }
  }
}

/** Returns the nodes that became ready. */
function runNode(ledger: Ledger, node: BackwardNode): BackwardNode[] {
  // A result that nothing read has a gradient of zeros.
  const first = node.incoming ?? newGradient(ledger, node);
  const others = node.others.map((result, i) => node.incomingOthers[i] ?? newGradient(ledger, result));
  node.incoming = undefined;
  if (others.length > 0) node.incomingOthers.fill(undefined);
  if (node.leaf) {
    accumulate(ledger, node, first);
    return [];
  }
  node.recompute?.();
  checkSaved(node);
  const view = node.overwroteView;
  const produced = view ? gradientsThroughBase(ledger, node, view) : gradients(ledger, node, first);
  node.edges.forEach((edge, i) => {
    produced[i] = fitToInput(ledger, edge, produced[i]!);
  });
  for (const storage of node.saved) ledger.unkeep(storage);
  node.saved = [];
  node.afterwards?.();
  node.afterwards = undefined;
  ledger.release(first.storage);
  for (const { storage } of others) ledger.release(storage);
  const ready: BackwardNode[] = [];
  node.edges.forEach((edge, i) => {
    deliver(ledger, edge, produced[i]!);
    if (--edge.to.waiting === 0) ready.push(edge.to);
  });
  return ready;
}

/**
 * Throws `overwritten-in-place` where an operator wrote over what this one kept. Source: SavedVariable::unpack,
 * torch/csrc/autograd/saved_variable.cpp.
 */
function checkSaved({ path, saved, savedAt }: BackwardNode): void {
  for (const { overwrittenAt, overwrittenBy: by } of saved) {
    if (overwrittenAt > savedAt) throw new VggError('overwritten-in-place', { by, kept: path }, { path: by });
  }
}

const newGradient = (ledger: Ledger, { shape, strides, bytes }: Result): Gradient => ({
  storage: ledger.allocate(bytes, 'temporaries'),
  shape,
  strides,
  bytes,
  view: false,
});

/** One gradient after the other, the last input's first. */
function gradients(ledger: Ledger, node: BackwardNode, incoming: Gradient): Gradient[] {
  const produced: Gradient[] = [];
  for (let i = node.edges.length - 1; i >= 0; i--) {
    const edge = node.edges[i]!;
    const scratch = edge.scratch.map((bytes) => ledger.allocate(bytes, 'temporaries'));
    produced[i] = produce(ledger, node, edge, incoming);
    ledger.chooseAlgorithm(edge.workspace);
    for (const block of scratch) ledger.release(block);
  }
  return produced;
}

/**
 * A view was overwritten: the gradient is copied into one of the whole tensor, the operator works on a second copy,
 * and what it gives is copied back into the first. Source: CopySlices, torch/csrc/autograd/functions/tensor.cpp.
 */
function gradientsThroughBase(ledger: Ledger, node: BackwardNode, view: Result): Gradient[] {
  const whole = newGradient(ledger, node);
  const copy = newGradient(ledger, view);
  const produced = gradients(ledger, node, copy);
  ledger.release(copy.storage);
  const slice = node.edges.findIndex(({ toBase }) => toBase);
  if (slice === -1) {
    ledger.release(whole.storage);
  } else {
    ledger.release(produced[slice]!.storage);
    produced[slice] = whole;
  }
  return produced;
}

function produce(ledger: Ledger, node: BackwardNode, edge: Edge, incoming: Gradient): Gradient {
  const { to, gradient, bytes, computed } = edge;
  if (gradient === 'incoming') {
    ledger.retain(incoming.storage);
    return incoming;
  }
  const seen = viewed(edge, incoming);
  if (seen) {
    ledger.retain(incoming.storage);
    const { shape, strides } = seen;
    return { storage: incoming.storage, shape, strides, bytes: computed?.summed ?? bytes, view: true };
  }
  const { size, layout } = computedTensor(node, edge, incoming);
  const category = to.leaf && size === bytes ? 'gradients' : 'temporaries';
  const storage = ledger.allocate(size, category);
  return { storage, shape: layout.shape, strides: layout.strides, bytes: size, view: gradient === 'strided' };
}

/** The tensor that a formula gives: its bytes, and how it lies. */
function computedTensor(
  { shape: result, bytes: resultBytes }: BackwardNode,
  edge: Edge,
  incoming: Gradient,
): { size: number; layout: Layout } {
  const { gradient, bytes, computed, shape, follows } = edge;
  if (typeof gradient === 'object' && 'spread' in gradient) {
    const size = computed?.summed ?? bytes;
    return { size, layout: inTurn(shape, spreadOver(gradient.spread, shape, incoming)) };
  }
  if (typeof gradient === 'object' && 'strides' in gradient)
    return { size: bytes, layout: { shape, strides: gradient.strides } };
  if (gradient === 'product')
    return { size: computed?.product ?? resultBytes, layout: inTurn(result, incoming, edge) };
  if (gradient === 'view') return { size: computed?.summed ?? bytes, layout: row(shape) };
  return { size: bytes, layout: follows ? inTurn(shape, incoming, edge) : edge };
}

/** How the incoming gradient is handed on without a copy; undefined where it is not. */
function viewed({ gradient, shape }: Edge, incoming: Gradient): Layout | undefined {
  if (typeof gradient === 'object') {
    if ('axes' in gradient) return permuted(incoming, gradient.axes);
    return 'strides' in gradient || gradient.scaled
      ? undefined
      : spreadOver(gradient.spread, shape, incoming);
  }
  if (gradient === 'slice') return { shape, strides: incoming.strides };
  const strides = gradient === 'view' ? viewStrides(incoming, shape) : undefined;
  return strides && { shape, strides };
}

/** Seen again and again along these axes, which may be gone from it. */
const spreadOver = (axes: readonly number[], shape: Shape, { shape: own, strides }: Layout): Layout => {
  const gone = own.length < shape.length;
  let next = 0;
  return {
    shape,
    strides: shape.map((_, axis) => {
      const spread = axes.includes(axis);
      const place = gone && spread ? undefined : next++;
      return spread || place === undefined ? 0 : strides[place]!;
    }),
  };
};

const row = (shape: Shape): Layout => ({ shape, strides: contiguousStrides(shape) });
const inTurn = (shape: Shape, ...operands: readonly Layout[]): Layout => ({
  shape,
  strides: elementwiseStrides(shape, operands),
});

/**
 * Sums a gradient of the result's shape down to the shape of an input that was broadcast, and casts it to the input's
 * type. Source: validate_outputs, torch/csrc/autograd/engine.cpp.
 */
function fitToInput(ledger: Ledger, edge: Edge, produced: Gradient): Gradient {
  const { to, gradient, bytes, computed, shape, toBase } = edge;
  // What goes to a tensor that was overwritten in part has that tensor's size.
  if (gradient === 'new' || gradient === 'strided' || toBase) return produced;
  const category = to.leaf ? 'gradients' : 'temporaries';
  const copied = (from: Gradient, size: number, own: Layout): Gradient => {
    const storage = ledger.allocate(size, category);
    ledger.release(from.storage);
    return { storage, shape: own.shape, strides: own.strides, bytes: size, view: false };
  };
  const wanted = computed?.summed ?? bytes;
  const summed = produced.bytes === wanted ? produced : copied(produced, wanted, row(shape));
  return computed ? copied(summed, bytes, summed) : summed;
}

/**
 * Puts a gradient into a node's input, adding to what is there: in place where the engine alone holds that.
 * Source: torch/csrc/autograd/input_buffer.cpp.
 */
function deliver(ledger: Ledger, { to, slot }: Edge, gradient: Gradient): void {
  const there = slot === 0 ? to.incoming : to.incomingOthers[slot - 1];
  const sum = there === undefined ? gradient : added(ledger, there, gradient);
  if (slot === 0) to.incoming = sum;
  else to.incomingOthers[slot - 1] = sum;
}

function added(ledger: Ledger, there: Gradient, gradient: Gradient): Gradient {
  let sum = there;
  if (there.storage.references > 1 || there.view) {
    const { bytes, shape } = gradient;
    const { strides } = inTurn(shape, there, gradient);
    sum = { storage: ledger.allocate(bytes, 'temporaries'), shape, strides, bytes, view: false };
    ledger.release(there.storage);
  }
  ledger.release(gradient.storage);
  return sum;
}

/**
 * A weight takes its gradient over, copies it where something else holds the storage or it lies otherwise than the
 * weight, or adds it to the one it has. Source: torch/csrc/autograd/functions/accumulate_grad.h.
 */
function accumulate(ledger: Ledger, { leaf }: BackwardNode, incoming: Gradient): void {
  const { storage } = incoming;
  if (leaf!.gradient) {
    ledger.release(storage);
  } else if (storage.references > 1 || !isContiguous(incoming)) {
    leaf!.gradient = ledger.allocate(incoming.bytes, 'gradients');
    ledger.release(storage);
  } else {
    leaf!.gradient = storage;
    if (storage.category !== 'gradients') ledger.recategorize(storage, 'gradients');
  }
}

/** A binary heap: the node created last first; weights, which only store what arrives, before all others. */
class ReadyQueue {
  readonly #heap: BackwardNode[] = [];

  push(node: BackwardNode): void {
    const heap = this.#heap;
    let at = heap.push(node) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.sequence >= node.sequence) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = node;
  }

  pop(): BackwardNode | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.sequence > heap[child]!.sequence) child++;
      if (heap[child]!.sequence <= last.sequence) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
