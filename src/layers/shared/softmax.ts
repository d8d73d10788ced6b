import type { Shape } from '../../core/shape.ts';

/** PyTorch's choice where no dimension is named: the first of one or three, else the second. */
export const implicitDimension = ({ length }: Shape): number => (length === 1 || length === 3 ? 0 : 1);
