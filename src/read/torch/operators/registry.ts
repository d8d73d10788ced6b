import { arithmetic } from './arithmetic.ts';
import { creation } from './creation.ts';
import type { Operation } from './define.ts';
import { functional } from './functional.ts';
import { shapes } from './shape.ts';

/** Every function of torch that is known. */
export const operations: readonly Operation[] = [...arithmetic, ...shapes, ...creation, ...functional];
