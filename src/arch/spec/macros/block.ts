import { namedArguments, required } from '../arguments.ts';
import { mapping, type Macro } from './macro.ts';

const names = ['name', 'layers'];

/** Layers under one name. */
export const block: Macro = {
  name: 'block',
  stem: 'block',
  arguments: names,
  schema: ({ name, layers }) => mapping({ name, layers }, ['layers']),
  write(call) {
    const entries = namedArguments('block', call.given, names);
    call.layers(required(entries, 'block', 'layers', call.at), 'the layers of block', `${call.path}.`);
  },
};
