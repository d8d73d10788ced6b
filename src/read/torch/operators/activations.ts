import { truth } from '../../python/operate/protocols.ts';
import type { Value } from '../../python/values/object.ts';
import { tensorOf } from '../arguments.ts';
import { emit } from '../trace.ts';
import { become } from './arithmetic.ts';
import { operation, type Operation, type Place } from './define.ts';
import { given } from './weighted.ts';

/** As `nn.functional` names them; each is one layer with the first argument as its input. */
const activations: readonly (readonly [name: string, kind: string, signature: string])[] = [
  ['relu', 'relu', 'inplace?'],
  ['relu6', 'relu6', 'inplace?'],
  ['silu', 'silu', 'inplace?'],
  ['hardswish', 'hardswish', 'inplace?'],
  ['hardsigmoid', 'hardsigmoid', 'inplace?'],
  ['mish', 'mish', 'inplace?'],
  ['selu', 'selu', 'inplace?'],
  ['gelu', 'gelu', 'approximate?'],
  ['leaky_relu', 'leaky_relu', 'negative_slope? inplace?'],
  ['elu', 'elu', 'alpha? inplace?'],
  ['celu', 'celu', 'alpha? inplace?'],
  ['softplus', 'softplus', 'beta? threshold?'],
  ['hardtanh', 'hardtanh', 'min_val? max_val? inplace?'],
  ['threshold', 'threshold', 'threshold value inplace?'],
  ['sigmoid', 'sigmoid', ''],
  ['tanh', 'tanh', ''],
  ['softsign', 'softsign', ''],
  ['logsigmoid', 'logsigmoid', ''],
  ['glu', 'glu', 'dim?'],
  ['softmax', 'softmax', 'dim? _stacklevel? dtype?'],
  ['log_softmax', 'log_softmax', 'dim? _stacklevel? dtype?'],
];

const activation = ([name, kind, signature]: (typeof activations)[number]): readonly Operation[] => {
  const words = signature === '' ? [] : signature.split(' ').map((word) => word.replace('?', ''));
  const run = (self: Value, values: readonly (Value | undefined)[], more: object = {}) => {
    const entries = words
      .map((word, i) => [word, values[i]] as const)
      .filter(([word]) => word !== '_stacklevel' && word !== 'dtype');
    return emit(kind, { ...given(entries), ...more }, [tensorOf(self)], { name });
  };
  const places: readonly Place[] = ['functional', 'torch', 'method'];
  const inPlace = words.includes('inplace');
  return [
    operation(
      name,
      places,
      `self ${signature}`.trim() as 'self *more',
      ((self: Value, ...values: (Value | undefined)[]) => run(self, values)) as never,
    ),
    operation(`${name}_`, places, 'self', (self) =>
      become(tensorOf(self), run(self, [], inPlace ? { inplace: true } : {})),
    ),
  ];
};

const dropout = (name: string): Operation =>
  operation(
    name,
    ['functional', 'torch'],
    'input p? training? inplace?',
    (input, p, training = true, inplace = false) => {
      if (!truth(training)) return input;
      return emit(
        name.replace('_', ''),
        given([
          ['p', p],
          ['inplace', inplace],
        ]),
        [tensorOf(input)],
        { name },
      );
    },
  );

export const activationOperations: readonly Operation[] = [
  ...activations.flatMap(activation),
  ...['dropout', 'dropout1d', 'dropout2d', 'dropout3d'].map(dropout),
];
