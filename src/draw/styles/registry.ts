import { blocks } from './blocks.ts';
import { graph } from './graph.ts';
import type { Style } from './style.ts';
import { volumes } from './volumes.ts';

/** Every style of figures, one file each; the first is drawn unless another one is asked for. */
export const styles: readonly [Style, ...Style[]] = [graph, blocks, volumes];
