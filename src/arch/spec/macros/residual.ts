import { add } from '../../../layers/add.ts';
import { namedArguments, required } from '../arguments.ts';
import { mapping, originOf, type Macro } from './macro.ts';

const names = ['body', 'shortcut'];

/** `body` added to `shortcut`, which is the input itself when it is empty or left out. */
export const residual: Macro = {
  name: 'residual',
  stem: 'residual',
  arguments: names,
  schema: ({ layers }) => mapping({ body: layers, shortcut: layers }, ['body']),
  write(call) {
    const { given, at, path, net } = call;
    const entries = namedArguments('residual', given, names);
    const input = net.last;
    call.layers(required(entries, 'residual', 'body', at), 'the body of residual', `${path}.body.`);
    const body = net.last;
    net.last = input;
    const shortcut = entries.get('shortcut');
    if (shortcut) call.layers(shortcut.value, 'the shortcut of residual', `${path}.shortcut.`, true);
    net.add(`${path}.add`, add, {}, { ...originOf(call), from: [body, net.last] });
  },
};
