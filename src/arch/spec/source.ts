import type { RandomAccess } from '../../core/random-access.ts';
import { decodeText } from '../../text/decode.ts';
import type { Source } from '../source.ts';
import { parseSpec } from './spec.ts';

/** A spec's text. What is no file has a name such as `<stdin>`. */
export function specSource(text: string, file: string): Source {
  return {
    about: file.startsWith('<') ? 'a spec' : `the spec ${file}`,
    reads: ['classes'],
    build: ({ classes }) => parseSpec(text, file, { classes }),
  };
}

/** Throws `file-empty` and `file-not-text`. */
export const readSpec = (content: RandomAccess, file: string): Source =>
  specSource(decodeText(content.read(0, content.size), file), file);
