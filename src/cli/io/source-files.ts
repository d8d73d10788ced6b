import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { VggError } from '../../core/errors/error.ts';

/** Where the source of a network is read from: the disk, or a revision of a repository. Paths are absolute. */
export interface SourceFiles {
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** The names in a folder. */
  list(path: string): readonly string[];
  /** Throws where it is not there or larger than the limit. */
  read(path: string, limitMiB: number): Uint8Array;
}

/** The files that are there now; source is small enough to be refused by its size before it is read. */
export const onDisk: SourceFiles = {
  isFile: (path) => existsSync(path) && statSync(path).isFile(),
  isFolder: (path) => existsSync(path) && statSync(path).isDirectory(),
  list: (path) => readdirSync(path),
  read(path, limitMiB) {
    if (statSync(path).size > limitMiB * 2 ** 20)
      throw new VggError('file-too-large', { limit: `${limitMiB} MiB` }, { file: path });
    return readFileSync(path);
  },
};
