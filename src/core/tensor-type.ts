/**
 * What a tensor holds: `float` is the network's own data type; ids and the like are integers, and conditions truth
 * values, of which there is no gradient.
 */
export type TensorType = 'float' | 'int64' | 'bool';
