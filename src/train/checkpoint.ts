import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VggError } from '../core/errors/error.ts';
import { removeUnfinished, writeWhole } from '../files/write-whole.ts';
import type { Metrics } from './engines/engine.ts';
import { makeFolder } from './make-folder.ts';
import type { EpochResult } from './recipe.ts';
import type { Weights } from './weights.ts';

/** How far a training has come. */
export interface Progress {
  /** The epoch that goes on, from 0. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  /** Optimizer steps since the start. */
  readonly step: number;
  /** Sums over the epoch's batches so far. */
  readonly sums: Metrics;
  /** Examples trained on, and the seconds that took. */
  readonly examples: number;
  readonly seconds: number;
  readonly done: readonly EpochResult[];
}

export interface Checkpoint {
  /** What must be the same for the losses to be the same, by the name that the user knows it by. */
  readonly identity: Readonly<Record<string, string | number>>;
  readonly progress: Progress;
  readonly state: Weights;
}

const FILE = 'checkpoint.vgg';
const MAGIC = 'VGGCKPT1';
const DIGEST = 32;

/**
 * Writes the checkpoint of a folder. The file: eight bytes of name and version, the header's length (uint32, little
 * endian), the header (JSON, padded to four bytes), the tensors as float32, the SHA-256 of all that.
 * A kill at any moment leaves the last good one. Throws `cannot-save`.
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { identity, progress, state } = checkpoint;
  const tensors = [...state].map(([name, { length }]) => ({ name, length }));
  const text = Buffer.from(JSON.stringify({ identity, progress, tensors }));
  const header = Buffer.alloc(Math.ceil(text.length / 4) * 4, ' ');
  text.copy(header);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts = [Buffer.from(MAGIC), length, header, ...[...state.values()].map(bytesOf)];
  try {
    await makeFolder(folder);
    // Another process does not write here: the folder is one training's own.
    await removeUnfinished(join(folder, FILE));
    await writeWhole(join(folder, FILE), withDigest(parts));
  } catch (error) {
    throw new VggError('cannot-save', {
      what: 'the checkpoint',
      file: folder,
      reason: (error as Error).message,
    });
  }
}

function* withDigest(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
    yield part;
  }
  yield hash.digest();
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The checkpoint of a folder; undefined when there is none yet. What a killed write left is removed.
 * Throws `checkpoint-damaged`, and `checkpoint-differs` when it belongs to another training than `identity`.
 */
export async function readCheckpoint(
  folder: string,
  identity: Checkpoint['identity'],
): Promise<Checkpoint | undefined> {
  const file = join(folder, FILE);
  await removeUnfinished(file).catch(() => {});
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new VggError('checkpoint-damaged', { file, reason: (error as Error).message });
  }
  const checkpoint = parse(bytes, file);
  for (const [name, value] of Object.entries(identity)) {
    const saved = checkpoint.identity[name];
    if (saved !== value)
      throw new VggError('checkpoint-differs', { file, name, saved: saved ?? null, now: value });
  }
  return checkpoint;
}

function parse(bytes: Buffer, file: string): Checkpoint {
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST));
  const whole =
    body.subarray(0, 8).toString('latin1') === MAGIC &&
    createHash('sha256').update(body).digest().equals(bytes.subarray(body.length));
  if (!whole) throw new VggError('checkpoint-damaged', { file, reason: 'its checksum is wrong' });
  const headerLength = body.readUInt32LE(8);
  const { tensors, ...rest } = JSON.parse(body.subarray(12, 12 + headerLength).toString()) as Omit<
    Checkpoint,
    'state'
  > & { tensors: { name: string; length: number }[] };
  let at = 12 + headerLength;
  const state = new Map<string, Float32Array>();
  for (const { name, length } of tensors) {
    state.set(
      name,
      new Float32Array(body.buffer.slice(body.byteOffset + at, body.byteOffset + at + 4 * length)),
    );
    at += 4 * length;
  }
  return { ...rest, state };
}
