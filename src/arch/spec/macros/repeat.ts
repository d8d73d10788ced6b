import { namedArguments, required } from '../arguments.ts';
import { asCount } from '../../../text/value.ts';
import { mapping, type Macro } from './macro.ts';

const names = ['times', 'layers'];

/** Layers as if they had been written several times, one after the other: unnamed ones are numbered through. */
export const repeat: Macro = {
  name: 'repeat',
  stem: 'repeat',
  arguments: names,
  schema: ({ count, layers }) => mapping({ times: count, layers }, ['times', 'layers']),
  write(call) {
    const entries = namedArguments('repeat', call.given, names);
    const times = asCount(required(entries, 'repeat', 'times', call.at), 'times of repeat');
    const layers = required(entries, 'repeat', 'layers', call.at);
    for (let n = 0; n < times; n++) call.layers(layers, 'the layers of repeat', call.around);
  },
};
