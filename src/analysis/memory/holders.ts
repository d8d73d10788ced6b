import type { Ledger } from './storage.ts';
import type { BackwardNode, Tensor } from './tensor.ts';

/** Variables, views and later nodes hold a tensor's history; what nothing holds any more is freed, as Python does. */

/** Drops one hold on a tensor; its storage is the ledger's. */
export function unhold(ledger: Ledger, tensor: Tensor): void {
  if (--tensor.holders > 0) return;
  if (tensor.source) drop(ledger, tensor.source);
  if (tensor.base) unhold(ledger, tensor.base);
}

/** The tensor's gradient comes to another node from now on. */
export function giveSource(ledger: Ledger, tensor: Tensor, node: BackwardNode, slot: number): void {
  node.holders++;
  const before = tensor.source;
  tensor.source = node;
  tensor.slot = slot;
  if (before) drop(ledger, before);
}

/** Drops one hold on a node, and frees what nodes keep that nothing leads to any more. */
function drop(ledger: Ledger, start: BackwardNode): void {
  const stack = [start];
  for (let node = stack.pop(); node; node = stack.pop()) {
    // Once only, however many ways lead to it.
    if (node.unreachable || --node.holders > 0 || node.leaf) continue;
    node.unreachable = true;
    for (const storage of node.saved) ledger.unkeep(storage);
    node.saved = [];
    node.afterwards?.();
    node.afterwards = undefined;
    for (const { to } of node.edges) stack.push(to);
  }
}
