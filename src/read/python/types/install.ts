import { once } from '../../../core/once.ts';
import { installFunctions } from './functions.ts';
import { installMappings } from './mappings.ts';
import { installNumbers } from './numbers.ts';
import { installObject, installType } from './object.ts';
import { installSequences } from './sequences.ts';
import { installStr } from './str.ts';

/** Gives Python's own classes their methods, once. */
export const installTypes = once(() => {
  installObject();
  installType();
  installNumbers();
  installStr();
  installSequences();
  installMappings();
  installFunctions();
  return {};
});
