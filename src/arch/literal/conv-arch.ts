import { VggError } from '../../core/errors/error.ts';
import { isList, readCount, readList, type Complain } from './brackets.ts';
import type { ConvArch } from '../d2l/vgg.ts';

const complain: Complain = (column, problem) => {
  throw new VggError('bad-conv-arch', { problem }, { file: '--conv-arch', column });
};

/**
 * The book's `conv_arch` from its text: `((1,64),(1,128),(2,256))`, or the same with JSON's brackets.
 * Throws `bad-conv-arch` with the column of the mistake.
 */
export function parseConvArch(text: string): ConvArch {
  const { items, column } = readList(text, complain);
  if (items.length === 0) complain(column, 'has no block');
  return items.map((block) => {
    if (!isList(block)) {
      return complain(block.column, `needs a block such as (2,128) here, not '${block.text.slice(0, 30)}'`);
    }
    const [convs, channels, third] = block.items;
    if (!convs || !channels || third) {
      const count = block.items.length;
      return complain(
        (third ?? block).column,
        `needs two numbers in a block, convolutions and channels, not ${count}`,
      );
    }
    return [
      readCount(convs, 'a number of convolutions', complain),
      readCount(channels, 'a number of channels', complain),
    ] as const;
  });
}
