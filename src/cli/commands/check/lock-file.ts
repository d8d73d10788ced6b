import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readLock } from '../../../check/lock/read-lock.ts';
import type { FiledLock } from '../../../check/results.ts';
import { VggError } from '../../../core/errors/error.ts';
import type { Io } from '../../io/io.ts';
import { readText } from '../../io/read-file.ts';
import { besideFile } from './beside.ts';

/** A lock as it lies on the disk; without text where there is none. */
export interface LockFile extends FiledLock {
  readonly text?: string;
}

/** Where the lock of a file of budgets lies: `vgg-inspect.lock.yaml` beside `vgg-inspect.yaml` unless it says so. */
export function lockBeside(file: string, named: string | undefined): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return besideFile(file, named ?? `${base.replace(/\.(?:ya?ml|json)$/i, '')}.lock.yaml`);
}

/** Throws as `readLock`, and `lock-missing` for a lock that must be there. */
export async function loadLock(file: string, mustExist: boolean, io: Io): Promise<LockFile> {
  if (!existsSync(resolve(io.cwd, file))) {
    if (mustExist) throw new VggError('lock-missing', {}, { file });
    return { file };
  }
  const text = await readText(file, io.cwd);
  return { file, text, lock: readLock(text, file) };
}
