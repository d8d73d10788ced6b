import { VggError } from '../../core/errors/error.ts';
import type { Origin } from '../../core/origin.ts';
import type { Arguments } from './arguments.ts';
import { wrongType, type Entry, type Value } from '../../text/value.ts';

/** One item of a list of layers: `relu`, or `conv2d: {…}` with what is beside it. */
export interface Item {
  readonly kind: string;
  /** Of the kind. */
  readonly at: Origin;
  readonly given: Arguments;
  readonly name?: Entry | undefined;
  readonly from?: Entry | undefined;
  readonly sharesWeightsOf?: Entry | undefined;
  /** Whether its weights are learned. */
  readonly trainable?: Entry | undefined;
}

const BESIDE: readonly string[] = ['name', 'from', 'shares_weights_of', 'trainable'];

/** Throws `spec-wrong-type`, `spec-item-without-kind` or `spec-item-with-two-kinds`. */
export function readItem(item: Value, isKind: (name: string) => boolean): Item {
  if (item.type === 'scalar' && typeof item.value === 'string') {
    return { kind: item.value, at: item.at, given: undefined };
  }
  if (item.type !== 'mapping') {
    return wrongType(item, 'a layer', 'the name of a kind, or a kind with its arguments');
  }
  const { entries } = item;
  const [first, second] = [...entries.keys()].filter((key) => !BESIDE.includes(key));
  if (first === undefined) {
    throw new VggError('spec-item-without-kind', { siblings: [...entries.keys()] }, item.at);
  }
  if (second !== undefined) {
    const args = { first, second, known: isKind(second) };
    throw new VggError('spec-item-with-two-kinds', args, entries.get(second)!.keyAt);
  }
  const { keyAt, value } = entries.get(first)!;
  return {
    kind: first,
    at: keyAt,
    given: value,
    name: entries.get('name'),
    from: entries.get('from'),
    sharesWeightsOf: entries.get('shares_weights_of'),
    trainable: entries.get('trainable'),
  };
}
