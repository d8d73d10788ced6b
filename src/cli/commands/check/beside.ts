import { dirname, isAbsolute, join } from 'node:path';

/** A file that another one names, as one would name it from where the command was called. */
export const besideFile = (file: string, named: string): string =>
  isAbsolute(named) ? named : join(dirname(file), named);
