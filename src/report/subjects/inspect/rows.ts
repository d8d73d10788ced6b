import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import { blockTree, isBlock, type Block } from './blocks.ts';
import { layerFilter } from './filter.ts';
import type { ReportOptions } from '../../options.ts';

/** One line of a report: a layer, or a block with its subtotals. */
export interface Row {
  readonly item: LayerAnalysis | Block;
  /** How many blocks it is in. */
  readonly level: number;
  /** The name without that of the block it is in; layers that are but a number get their kind: `3 conv2d`. */
  readonly label: string;
  /** A block whose layers are not shown. */
  readonly collapsed: boolean;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** Layers that `--only` leaves out. */
  readonly hidden: number;
}

/**
 * The rows that `only` and `depth` leave: blocks with their layers beneath, or with `only` the layers alone.
 * Throws `unknown-layer-filter`.
 */
export function rowsOf(
  { layers }: Pick<Analysis, 'layers'>,
  { only, depth = Infinity }: Pick<ReportOptions, 'only' | 'depth'>,
): Rows {
  const wanted = layerFilter(only);
  const flat = only !== undefined && only.length > 0;
  const rows: Row[] = [];
  const visit = (item: LayerAnalysis | Block, parent: string, level: number): void => {
    if (!isBlock(item)) {
      if (wanted(item)) rows.push({ item, level, label: labelOf(item, parent), collapsed: false });
      return;
    }
    const collapsed = item.path !== '' && item.path.split('.').length >= depth;
    const alone = !collapsed && item.children.length === 1;
    const shown = item.path !== '' && !alone && (collapsed ? anyLayer(item, wanted) : !flat);
    if (shown) rows.push({ item, level, label: blockLabel(item, parent), collapsed });
    if (collapsed) return;
    for (const child of item.children)
      visit(child, shown ? item.path : parent, shown && !flat ? level + 1 : level);
  };
  visit(blockTree(layers), '', 0);
  return { rows, hidden: layers.reduce((count, layer) => count + (wanted(layer) ? 0 : 1), 0) };
}

/** A number alone says too little: it keeps the name before it, as in `layer1.0`. */
function blockLabel({ path }: Block, parent: string): string {
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  return /^\d/.test(name) ? path.slice(parent.lastIndexOf('.') + 1) : name;
}

function labelOf({ path, kind }: LayerAnalysis, parent: string): string {
  const name = parent === '' ? path : path.slice(parent.length + 1);
  return /^[\d.]+$/.test(name) ? `${name} ${kind}` : name;
}

const anyLayer = (block: Block, wanted: (layer: LayerAnalysis) => boolean): boolean =>
  block.children.some((child) => (isBlock(child) ? anyLayer(child, wanted) : wanted(child)));
