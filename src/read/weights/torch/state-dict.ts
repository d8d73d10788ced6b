import type { StoredTensor, StoredWeights } from '../../../core/stored-tensor.ts';
import { Dict, Made, type Value } from '../pickle/values.ts';
import { damaged, notRead, SAVE_STATE_DICT } from './damaged.ts';
import { tensorOf, type PickledTensor } from './tensor.ts';

/** Under which names checkpoints keep the weights of their network, the first that is there. */
const KEPT_UNDER = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net',
  'network',
  'module',
  'weights',
  'params',
];

/**
 * The state dict in what was saved: itself, or the one that a checkpoint keeps beside its optimizer. Throws
 * `weights-not-read` where there is none or more than one, or where something in it is no tensor.
 */
export function stateDictIn(saved: Value): StoredWeights {
  if (saved instanceof Made && !tensorOf(saved)) throw wholeModule(saved);
  if (!(saved instanceof Dict)) throw notRead('no state dict but a single value', SAVE_STATE_DICT);
  if (holdsTensors(saved)) return { format: 'PyTorch', tensors: tensorsOf(saved) };
  const keys = [...saved.entries.keys()].filter((key) => typeof key === 'string');
  const named = KEPT_UNDER.find((key) => keys.includes(key));
  const inner = keys.filter((key) => holdsTensors(saved.entries.get(key)!));
  const under =
    named !== undefined && inner.includes(named) ? named : inner.length === 1 ? inner[0]! : undefined;
  if (under === undefined) {
    const at = named === undefined ? undefined : saved.entries.get(named);
    if (at instanceof Made) throw wholeModule(at, named);
    throw inner.length > 1
      ? notRead(`several state dicts: ${inner.join(', ')}`, 'save the one that is meant alone')
      : notRead('no state dict', SAVE_STATE_DICT);
  }
  return {
    format: 'PyTorch',
    tensors: tensorsOf(saved.entries.get(under) as Dict),
    at: under,
    beside: keys.filter((key) => key !== under),
  };
}

const wholeModule = ({ by }: Made, at?: string) =>
  notRead(
    `an object of the class ${by.name}${at === undefined ? '' : ` under '${at}'`}, which only Python can load`,
    SAVE_STATE_DICT,
  );

/** Whether its values are tensors: those of an optimizer stand deeper. */
const holdsTensors = (value: Value): boolean =>
  value instanceof Dict && [...value.entries.values()].some((each) => tensorOf(each) !== undefined);

function tensorsOf(dict: Dict): StoredTensor[] {
  const first = new Map<string, string>();
  return [...dict.entries].map(([name, value]) => {
    if (typeof name !== 'string') throw notRead('tensors whose names are not texts', SAVE_STATE_DICT);
    const tensor = tensorOf(value);
    if (!tensor)
      throw notRead(`something other than a tensor under '${name}'${kindOf(value)}`, SAVE_STATE_DICT);
    return stored(name, tensor, first);
  });
}

const kindOf = (value: Value): string => (value instanceof Made ? `: ${value.by.name}` : '');

/** A tensor of the same place as an earlier one is the same tensor. */
function stored(
  name: string,
  { dtype, shape, bytes, place }: PickledTensor,
  first: Map<string, string>,
): StoredTensor {
  if (!Number.isSafeInteger(bytes)) throw damaged(`${name} is larger than any file`);
  const sameAs = place === '' ? undefined : first.get(place);
  if (sameAs === undefined) first.set(place, name);
  return { name, dtype, shape, bytes, ...(sameAs !== undefined && { sameAs }) };
}
