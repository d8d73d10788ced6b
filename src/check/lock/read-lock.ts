import { parseText } from '../../text/parse-text.ts';
import { asMapping, plain, type Entry, type Mapping, type Value } from '../../text/value.ts';
import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Origin } from '../../core/origin.ts';
import { fieldNames, type Fields, type LockedModel, type LockedValue } from './locked.ts';

/** The schema that is written, and the newest that is read. */
export const LOCK_SCHEMA = 1;

/** One model of a lock, and where it is. */
export interface LockEntry {
  readonly model: LockedModel;
  readonly at: Origin;
  /** Where each layer's line is. */
  readonly layersAt: ReadonlyMap<string, Origin>;
}

/** By the models' names. */
export type Lock = ReadonlyMap<string, LockEntry>;

/**
 * Reads a lock. Throws `lock-newer` for one that a newer version wrote, `lock-unknown-key`, `lock-missing-key`,
 * `lock-wrong-value`, and the errors of YAML syntax, each with its place.
 */
export function readLock(text: string, file: string): Lock {
  const root = asMapping(parseText(text, file), 'a lock', 'a mapping with schemaVersion and models');
  // The version decides what else may be there.
  checkVersion(required(root, 'schemaVersion', 'a lock').value);
  checkKeys(root, ['schemaVersion', 'models'], 'a lock');
  const { value } = required(root, 'models', 'a lock');
  if (value.type === 'scalar' && value.value === null) return new Map();
  const models = asMapping(value, 'models', 'a mapping from names to numbers');
  return new Map([...models.entries].map(([name, entry]) => [name, readModel(name, entry)]));
}

function checkVersion(value: Value): void {
  const version = value.type === 'scalar' ? value.value : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw wrong('schemaVersion', 'a whole number from 1', value);
  }
  if (version > LOCK_SCHEMA) throw new VggError('lock-newer', { version, known: LOCK_SCHEMA }, value.at);
}

const OWN = ['input', 'dtype', 'weightLayers'];
const KEYS = [...OWN, 'totals', 'memory', 'layers'];

function readModel(name: string, { value, keyAt }: Entry): LockEntry {
  const what = `the lock of ${name}`;
  const model = asMapping(value, what, 'a mapping');
  checkKeys(model, KEYS, what);
  const part = (of: Mapping, key: string) =>
    asMapping(required(of, key, what).value, `${key} in ${what}`, 'a mapping');
  const memory = part(model, 'memory');
  checkKeys(memory, ['inference', 'training'], `memory in ${what}`);
  const layers = part(model, 'layers');
  const own = fields(
    { ...model, entries: new Map(OWN.map((key) => [key, required(model, key, what)])) },
    what,
    OWN,
  );
  return {
    at: keyAt,
    layersAt: new Map([...layers.entries].map(([path, entry]) => [path, entry.keyAt])),
    model: {
      input: String(own['input']),
      dtype: String(own['dtype']),
      weightLayers: Number(own['weightLayers']),
      totals: fields(part(model, 'totals'), `totals of ${what}`, fieldNames.totals),
      memory: {
        inference: fields(part(memory, 'inference'), `memory in ${what}`, fieldNames.inference),
        training: fields(part(memory, 'training'), `memory in ${what}`, fieldNames.training),
      },
      layers: Object.fromEntries(
        [...layers.entries].map(([path, entry]) => [
          path,
          fields(
            asMapping(entry.value, `${path} in ${what}`, 'a mapping'),
            `${path} in ${what}`,
            fieldNames.layer,
          ),
        ]),
      ),
    },
  };
}

const everyField = new Set([...OWN, ...Object.values(fieldNames).flat()]);

/** Fields that hold a text; all others hold whole numbers. */
const TEXTS: ReadonlySet<string> = new Set([
  'input',
  'dtype',
  'kind',
  'outputShape',
  'receptiveField',
  'optimizer',
]);

/**
 * A field that no part knows is a change that the comparison tells of; one that another part knows is at the wrong
 * place. Throws `lock-unknown-key`.
 */
function fields({ entries }: Mapping, what: string, known: readonly string[]): Fields {
  for (const [key, { keyAt }] of entries) {
    if (known.includes(key) || !everyField.has(key)) continue;
    throw new VggError('lock-unknown-key', { what, key, known, nearest: [] }, keyAt);
  }
  return Object.fromEntries(
    [...entries].map(([key, { value }]): [string, LockedValue] => {
      const read = value.type === 'scalar' ? value.value : undefined;
      if (TEXTS.has(key)) {
        if (typeof read === 'string') return [key, read];
        throw wrong(`${key} of ${what}`, 'a text', value);
      }
      if (typeof read === 'number' && Number.isSafeInteger(read) && read >= 0) return [key, read];
      throw wrong(`${key} of ${what}`, 'a whole number', value);
    }),
  );
}

const wrong = (what: string, expected: string, value: Value) =>
  new VggError('lock-wrong-value', { what, expected, value: plain(value) }, value.at);

function required({ entries, at }: Mapping, key: string, what: string): Entry {
  const entry = entries.get(key);
  if (entry === undefined) throw new VggError('lock-missing-key', { what, key }, at);
  return entry;
}

function checkKeys({ entries }: Mapping, known: readonly string[], what: string): void {
  for (const [key, { keyAt }] of entries) {
    if (known.includes(key)) continue;
    throw new VggError('lock-unknown-key', { what, key, known, nearest: nearest(key, known) }, keyAt);
  }
}
