import type { Ledger, Storage } from './storage.ts';
import type { BackwardNode, Edge, Gradient } from './tensor.ts';

/**
 * Runs the autograd graph backwards from `root` as PyTorch's engine does: of the nodes whose gradients have all
 * arrived, the one created last. While a node runs, its saved tensors, its incoming gradient and all that it produces
 * are live; then its saved tensors go. Source: torch/csrc/autograd/engine.cpp.
 *
 * `gradient` is the storage of the root's incoming gradient; the caller's reference passes to the engine.
 */
export function runBackward(ledger: Ledger, root: BackwardNode, gradient: Storage): void {
  countWaiting(root);
  root.incoming = { storage: gradient, bytes: root.resultBytes, view: false };
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
  const incoming = node.incoming!;
  node.incoming = undefined;
  if (node.leaf) {
    accumulate(ledger, node, incoming);
    return [];
  }
  node.recompute?.();
  const produced = node.overwroteView
    ? gradientsThroughBase(ledger, node)
    : gradients(ledger, node, incoming);
  node.edges.forEach((edge, i) => {
    produced[i] = fitToInput(ledger, edge, produced[i]!);
  });
  for (const storage of node.saved) ledger.unkeep(storage);
  node.saved = [];
  node.afterwards?.();
  node.afterwards = undefined;
  ledger.release(incoming.storage);
  const ready: BackwardNode[] = [];
  node.edges.forEach(({ to }, i) => {
    deliver(ledger, to, produced[i]!);
    if (--to.waiting === 0) ready.push(to);
  });
  return ready;
}

/** One gradient after the other, the last input's first. */
function gradients(ledger: Ledger, node: BackwardNode, incoming: Gradient): Gradient[] {
  const produced: Gradient[] = [];
  for (let i = node.edges.length - 1; i >= 0; i--) {
    const edge = node.edges[i]!;
    const scratch = edge.scratch.map((bytes) => ledger.allocate(bytes, 'temporaries'));
    produced[i] = produce(ledger, node, edge, incoming);
    for (const block of scratch) ledger.release(block);
  }
  return produced;
}

/**
 * A view was overwritten: the gradient is copied into one of the whole tensor, the operator works on a second copy,
 * and what it gives is copied back into the first. Source: CopySlices, torch/csrc/autograd/functions/tensor.cpp.
 */
function gradientsThroughBase(ledger: Ledger, node: BackwardNode): Gradient[] {
  const bytes = node.resultBytes;
  const whole = ledger.allocate(bytes, 'temporaries');
  const copy = ledger.allocate(bytes, 'temporaries');
  const produced = gradients(ledger, node, { storage: copy, bytes, view: false });
  ledger.release(copy);
  const slice = node.edges.findIndex(({ toBase }) => toBase);
  if (slice === -1) {
    ledger.release(whole);
  } else {
    ledger.release(produced[slice]!.storage);
    produced[slice] = { storage: whole, bytes, view: false };
  }
  return produced;
}

function produce(
  ledger: Ledger,
  node: BackwardNode,
  { to, gradient, bytes, computed }: Edge,
  incoming: Gradient,
): Gradient {
  if (gradient === 'incoming' || gradient === 'view') {
    ledger.retain(incoming.storage);
    return gradient === 'view'
      ? { storage: incoming.storage, bytes: computed?.summed ?? bytes, view: true }
      : incoming;
  }
  const size = gradient === 'product' ? (computed?.product ?? node.resultBytes) : bytes;
  const category = to.leaf && size === bytes ? 'gradients' : 'temporaries';
  return { storage: ledger.allocate(size, category), bytes: size, view: gradient === 'strided' };
}

/**
 * Sums a gradient of the result's shape down to the shape of an input that was broadcast, and casts it to the input's
 * type. Source: validate_outputs, torch/csrc/autograd/engine.cpp.
 */
function fitToInput(ledger: Ledger, { to, gradient, bytes, computed }: Edge, produced: Gradient): Gradient {
  if (gradient === 'new' || gradient === 'strided') return produced;
  const category = to.leaf ? 'gradients' : 'temporaries';
  const copied = (from: Gradient, size: number): Gradient => {
    const storage = ledger.allocate(size, category);
    ledger.release(from.storage);
    return { storage, bytes: size, view: false };
  };
  const wanted = computed?.summed ?? bytes;
  const summed = produced.bytes === wanted ? produced : copied(produced, wanted);
  return computed ? copied(summed, bytes) : summed;
}

/**
 * Puts a gradient into a node's input, adding to what is there: in place where the engine alone holds that.
 * Source: torch/csrc/autograd/input_buffer.cpp.
 */
function deliver(ledger: Ledger, to: BackwardNode, gradient: Gradient): void {
  const there = to.incoming;
  if (there === undefined) {
    to.incoming = gradient;
    return;
  }
  if (there.storage.references > 1 || there.view) {
    const { bytes } = gradient;
    to.incoming = { storage: ledger.allocate(bytes, 'temporaries'), bytes, view: false };
    ledger.release(there.storage);
  }
  ledger.release(gradient.storage);
}

/** A weight takes its gradient over, copies it where something else holds the storage, or adds it to the one it has. */
function accumulate(ledger: Ledger, { leaf }: BackwardNode, { storage: incoming }: Gradient): void {
  if (leaf!.gradient) {
    ledger.release(incoming);
  } else if (incoming.references > 1) {
    leaf!.gradient = ledger.allocate(incoming.bytes, 'gradients');
    ledger.release(incoming);
  } else {
    leaf!.gradient = incoming;
    if (incoming.category !== 'gradients') ledger.recategorize(incoming, 'gradients');
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
