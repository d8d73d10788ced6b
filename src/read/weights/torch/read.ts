import type { RandomAccess } from '../../../core/random-access.ts';
import type { StoredWeights } from '../../../core/stored-tensor.ts';
import { openArchive, type Archive } from '../../zip/archive.ts';
import { PickleError } from '../pickle/bytes.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import type { Value } from '../pickle/values.ts';
import { damaged, notRead, SAVE_STATE_DICT } from './damaged.ts';
import { stateDictIn } from './state-dict.ts';

/** Of the description of the tensors; 100,000 of them take half of it. */
const LARGEST_PICKLE_MIB = 32;

/**
 * The state dict in a file of `torch.save`, of today's form (a zip archive) or that before PyTorch 1.6. Only what
 * describes the tensors is read, and nothing of it is run. Throws `weights-damaged`, `weights-not-read` and the errors of
 * zip archives.
 */
export function readTorchWeights(file: RandomAccess): StoredWeights {
  const [first, second] = file.read(0, 2);
  if (first === 0x50 && second === 0x4b) return stateDictIn(inArchive(openArchive(file)));
  if (first === 0x80) return stateDictIn(inSequence(file));
  throw damaged('it is neither a zip archive nor a pickle');
}

/** `NAME/data.pkl` */
function inArchive(archive: Archive): Value {
  const names = [...archive.entries.keys()];
  if (names.some((name) => /^[^/]+\/(code\/|constants\.pkl$)/.test(name)))
    throw notRead(
      'a TorchScript program',
      'export the model with torch.export or torch.onnx, or save its state_dict()',
    );
  if (names.some((name) => /(^|\/)(models\/[^/]+\.json|serialized_exported_program\.json)$/.test(name)))
    throw notRead('a program of torch.export', 'give the file the ending .pt2');
  const name = names.find((each) => /^[^/]+\/data\.pkl$/.test(each));
  if (name === undefined) throw notRead('no pickle of PyTorch', SAVE_STATE_DICT);
  return unpickled(archive.read(name, LARGEST_PICKLE_MIB)).value;
}

/** Before PyTorch 1.6: a magic number, a version, sizes of the machine, the object, the names of its storages, their values. */
function inSequence(file: RandomAccess): Value {
  const bytes = file.read(0, Math.min(file.size, LARGEST_PICKLE_MIB * 2 ** 20));
  const magic = unpickled(bytes);
  if (magic.value !== MAGIC) throw notRead('a pickle that is not one of torch.save', SAVE_STATE_DICT);
  const version = unpickled(bytes.subarray(magic.end));
  if (version.value !== 1001) throw damaged('it is of an unknown version');
  const system = unpickled(bytes.subarray(magic.end + version.end));
  return unpickled(bytes.subarray(magic.end + version.end + system.end)).value;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;

function unpickled(bytes: Uint8Array): { readonly value: Value; readonly end: number } {
  try {
    return readPickle(bytes);
  } catch (error) {
    throw error instanceof PickleError ? damaged(`its pickle is damaged: ${error.message}`) : error;
  }
}
