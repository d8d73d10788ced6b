import { Document, isMap, isPair, isScalar, parseDocument, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { LockedModel } from './locked.ts';
import { LOCK_SCHEMA } from './read-lock.ts';

type Plain = { readonly [key: string]: Plain | string | number };

const HEADING =
  ' The numbers that `vgg-inspect check` holds these models to, written by `vgg-inspect check --update`.\n' +
  ' Comments and the order of keys stay when it is written again.';

/**
 * The text of a lock with these models, written into the text that was there: what stays the same keeps its place
 * and its comments, new keys come after those that they follow, and what is gone goes. `before` must be a lock that
 * `readLock` takes.
 */
export function writeLock(before: string | undefined, models: ReadonlyMap<string, LockedModel>): string {
  const content: Plain = {
    schemaVersion: LOCK_SCHEMA,
    models: Object.fromEntries(models) as unknown as Plain,
  };
  const document = before === undefined ? new Document({}) : parseDocument(before, { logLevel: 'silent' });
  if (before === undefined) document.commentBefore = HEADING;
  if (isMap(document.contents)) update(document, document.contents, content, 0);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** From this level on a mapping of numbers is one line. */
const LINES = 4;

function update(document: Document, node: YAMLMap, content: Plain, level: number): void {
  const kept = node.items.filter(({ key }) => Object.hasOwn(content, nameOf(key)));
  const byName = new Map(kept.map((pair) => [nameOf(pair.key), pair]));
  /** What is new, by the key that was there and that it follows. */
  const added = new Map<string | undefined, Pair[]>();
  let last: string | undefined;
  for (const [name, value] of Object.entries(content)) {
    const pair = byName.get(name);
    if (pair) {
      updateValue(document, pair, value, level + 1);
      last = name;
    } else added.set(last, [...(added.get(last) ?? []), created(document, name, value, level + 1)]);
  }
  const after = (name: string | undefined) => added.get(name) ?? [];
  node.items = [...after(undefined), ...kept.flatMap((pair) => [pair, ...after(nameOf(pair.key))])];
}

function updateValue(document: Document, pair: Pair, value: Plain | string | number, level: number): void {
  if (typeof value === 'object' && isMap(pair.value)) return update(document, pair.value, value, level);
  if (typeof value !== 'object' && isScalar(pair.value)) {
    if (pair.value.value !== value) setScalar(pair.value, value);
    return;
  }
  pair.value = created(document, nameOf(pair.key), value, level).value;
}

/** The comment beside it stays. The way in which a number was written does not. */
function setScalar(scalar: Scalar, value: string | number): void {
  scalar.value = value;
  delete scalar.source;
  delete scalar.format;
  delete scalar.minFractionDigits;
}

function created(document: Document, name: string, value: Plain | string | number, level: number): Pair {
  const pair = document.createPair(name, value);
  flow(pair, level);
  return pair;
}

/** Numbers of one layer are on one line, so that a change is one line of a review. */
function flow({ value }: Pair, level: number): void {
  if (!isMap(value)) return;
  if (level >= LINES) value.flow = true;
  for (const item of value.items) if (isPair(item)) flow(item, level + 1);
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);
