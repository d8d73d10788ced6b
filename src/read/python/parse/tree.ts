import type { Place } from '../ast.ts';

/** A node of tree-sitter's tree, copied out of its memory at once: half the time of asking for each field. */
export interface SyntaxNode extends Place {
  readonly kind: string;
  readonly named: boolean;
  readonly field: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly missing: boolean;
  readonly children: readonly SyntaxNode[];
}

/** The part of web-tree-sitter's cursor that is used. */
export interface Cursor {
  readonly nodeType: string;
  readonly nodeIsNamed: boolean;
  readonly nodeIsMissing: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly currentFieldName: string | null;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

/** Comments and continuation marks are left out. */
export function copyTree(cursor: Cursor): SyntaxNode {
  const copy = (): SyntaxNode => {
    const { row, column } = cursor.startPosition;
    return {
      kind: cursor.nodeType,
      named: cursor.nodeIsNamed,
      field: cursor.currentFieldName ?? undefined,
      start: cursor.startIndex,
      end: cursor.endIndex,
      missing: cursor.nodeIsMissing,
      line: row + 1,
      column: column + 1,
      children: [],
    };
  };
  const root = copy();
  // With a stack of its own, since sources may nest deeper than the program's stack.
  const open: SyntaxNode[] = [root];
  let down = cursor.gotoFirstChild();
  if (!down) return root;
  for (;;) {
    const kind = cursor.nodeType;
    const node = kind === 'comment' || kind === 'line_continuation' ? undefined : copy();
    if (node !== undefined) (open.at(-1)!.children as SyntaxNode[]).push(node);
    if (node !== undefined && (down = cursor.gotoFirstChild())) {
      open.push(node);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      open.pop();
      if (open.length === 0 || !cursor.gotoParent()) return root;
    }
  }
}

export const namedChildren = (node: SyntaxNode) => node.children.filter((child) => child.named);

export const childrenOf = (node: SyntaxNode, field: string) =>
  node.children.filter((child) => child.field === field);

export const childOf = (node: SyntaxNode, field: string) =>
  node.children.find((child) => child.field === field);
