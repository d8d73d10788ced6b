import { VggError } from '../../core/errors/error.ts';
import { isList, readCount, readList, type Complain } from './brackets.ts';

/** torchvision's description of a VGG's features: the channels of a 3×3 convolution, or `M` for a max-pool. */
export type Cfg = readonly (number | 'M')[];

const complain: Complain = (column, problem) => {
  throw new VggError('bad-cfg', { problem }, { file: '--cfg', column });
};

/**
 * torchvision's list from its text: `64,M,128,M`, with or without brackets and quotes.
 * Throws `bad-cfg` with the column of the mistake.
 */
export function parseCfg(text: string): Cfg {
  const { items, column } = readList(text, complain, { bare: true });
  if (items.length === 0) complain(column, 'has no layer');
  return items.map((item) =>
    !isList(item) && item.text === 'M' ? 'M' : readCount(item, "M or a convolution's channels", complain),
  );
}
