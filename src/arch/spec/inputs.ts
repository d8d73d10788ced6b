import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import { onlyInput, type GraphInput } from '../../graph/graph.ts';
import {
  asCount,
  asList,
  asMapping,
  wrongType,
  type Entry,
  type Mapping,
  type Value,
} from '../../text/value.ts';

/** Names stand before `=` on the command line and in `from`. */
const NAME = /^[A-Za-z_][\w-]{0,99}$/;
const TYPES: readonly TensorType[] = ['float', 'int64', 'bool'];
const KEYS = ['shape', 'dtype'];

export type Inputs = readonly [GraphInput, ...GraphInput[]];

/** What goes into the network: `input`, the sizes of the only one, or `inputs` with a name for each. */
export function readInputs({ entries, at }: Mapping): Inputs {
  const [one, several] = [entries.get('input'), entries.get('inputs')];
  if (one && several) throw new VggError('spec-input-and-inputs', {}, several.keyAt);
  if (several) return readNamed(several);
  if (!one) throw new VggError('spec-missing-key', { key: 'input', example: 'input: [3, 224, 224]' }, at);
  return onlyInput(readSizes(one.value, 'input'));
}

function readNamed({ value }: Entry): Inputs {
  const form = 'a mapping of names to sizes, such as {left: [3, 32, 32], right: [3, 32, 32]}';
  const found = [...asMapping(value, 'inputs', form).entries].map(([name, entry]): GraphInput => {
    if (!NAME.test(name)) throw new VggError('spec-bad-input-name', { name }, entry.keyAt);
    return entry.value.type === 'mapping'
      ? readTyped(name, entry.value)
      : { name, shape: readSizes(entry.value, name), type: 'float' };
  });
  const [first, ...others] = found;
  return first ? [first, ...others] : wrongType(value, 'inputs', form);
}

/** `{shape: [128], dtype: int64}` */
function readTyped(name: string, mapping: Mapping): GraphInput {
  for (const [key, { keyAt }] of mapping.entries) {
    if (!KEYS.includes(key)) {
      throw new VggError('spec-unknown-key', { key, known: KEYS, nearest: nearest(key, KEYS) }, keyAt);
    }
  }
  const shape = mapping.entries.get('shape');
  if (!shape) throw new VggError('spec-missing-key', { key: 'shape', example: 'shape: [128]' }, mapping.at);
  const dtype = mapping.entries.get('dtype');
  const type = dtype ? readType(dtype.value) : 'float';
  return { name, shape: readSizes(shape.value, name), type };
}

function readType(value: Value): TensorType {
  const type = TYPES.find((one) => value.type === 'scalar' && value.value === one);
  return type ?? wrongType(value, 'dtype', `${TYPES.slice(0, -1).join(', ')} or ${TYPES.at(-1)}`);
}

/** Without the batch. */
function readSizes(value: Value, what: string): readonly number[] {
  const form = 'a list of sizes without the batch, such as [3, 224, 224]';
  const { items } = asList(value, what, form);
  if (items.length === 0) wrongType(value, what, form);
  return items.map((item) => asCount(item, `a size of ${what}`));
}
