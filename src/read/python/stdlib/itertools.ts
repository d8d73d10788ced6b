import { binary } from '../operate/binary.ts';
import { equals } from '../operate/compare.ts';
import { call } from '../operate/core.ts';
import { func, named, nativeClass, nativeModule } from '../operate/native.ts';
import { collect, indexOf, iterate, iterator, smallIndex, truth } from '../operate/protocols.ts';
import { tick } from '../state.ts';
import { objectClass } from '../values/classes.ts';
import { valueError } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { type Next, PyIterator, PyNative, PyStaticMethod, PyTuple } from '../values/values.ts';

function* over(value: Value): Generator<Value> {
  const next = iterate(value);
  for (let item = next(); item !== undefined; item = next()) yield item;
}

function* product(
  pools: readonly (readonly Value[])[],
  at = 0,
  chosen: readonly Value[] = [],
): Generator<Value> {
  tick();
  const pool = pools[at];
  if (pool === undefined) yield new PyTuple(chosen);
  else for (const item of pool) yield* product(pools, at + 1, [...chosen, item]);
}

function* combinations(
  pool: readonly Value[],
  count: number,
  from = 0,
  again = 0,
  chosen: readonly Value[] = [],
): Generator<Value> {
  tick();
  if (chosen.length === count) yield new PyTuple(chosen);
  else {
    for (let i = from; i < pool.length; i++)
      yield* combinations(pool, count, i + 1 - again, again, [...chosen, pool[i]!]);
  }
}

function* permutations(
  pool: readonly Value[],
  count: number,
  used: readonly number[] = [],
): Generator<Value> {
  tick();
  if (used.length === count) yield new PyTuple(used.map((i) => pool[i]!));
  else
    for (let i = 0; i < pool.length; i++)
      if (!used.includes(i)) yield* permutations(pool, count, [...used, i]);
}

function* accumulate(
  items: Value,
  function_: Value | undefined,
  initial: Value | undefined,
): Generator<Value> {
  let total: Value | undefined = initial ?? undefined;
  if (total !== undefined && total !== null) yield total;
  else total = undefined;
  for (const item of over(items)) {
    total =
      total === undefined
        ? item
        : function_ === undefined || function_ === null
          ? binary('+', total, item)
          : call(function_, [total, item]);
    yield total;
  }
}

function* count(start: Value, step: Value): Generator<Value> {
  for (let value = start; ; value = binary('+', value, step)) {
    tick();
    yield value;
  }
}

function* cycle(items: Value): Generator<Value> {
  const all = collect(items);
  while (all.length > 0) {
    for (const item of all) {
      tick();
      yield item;
    }
  }
}

function slice(items: Value, bounds: readonly Value[]): Next {
  const [start, stop, step] =
    bounds.length === 1 ? [0, bounds[0], 1] : [bounds[0], bounds[1], bounds[2] ?? 1];
  const next = iterate(items);
  const last = stop === null || stop === undefined ? Infinity : smallIndex(stop);
  const by = step === null || step === undefined ? 1 : smallIndex(step);
  let wanted = start === null || start === undefined ? 0 : smallIndex(start);
  if (wanted < 0 || last < 0 || by < 1)
    throw valueError('Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.');
  let at = 0;
  return () => {
    if (wanted >= last) return undefined;
    for (;;) {
      const item = next();
      if (item === undefined) return undefined;
      if (at++ === wanted) {
        wanted += by;
        return item;
      }
    }
  };
}

function zipLongest(values: readonly Value[], fill: Value): Next {
  const sources = values.map(iterate);
  return () => {
    const items = sources.map((source) => source());
    return items.every((item) => item === undefined)
      ? undefined
      : new PyTuple(items.map((item) => (item === undefined ? fill : item)));
  };
}

function* groupBy(items: Value, key: Value | undefined): Generator<Value> {
  let group: Value[] = [];
  let current: Value | undefined;
  for (const item of over(items)) {
    const own = key === undefined || key === null ? item : call(key, [item]);
    if (current !== undefined && !equals(own, current)) {
      yield new PyTuple([current, new PyIterator(iterate(new PyTuple(group)))]);
      group = [];
    }
    current = own;
    group.push(item);
  }
  if (current !== undefined) yield new PyTuple([current, new PyIterator(iterate(new PyTuple(group)))]);
}

function* pairwise(items: Value): Generator<Value> {
  let before: Value | undefined;
  for (const item of over(items)) {
    if (before !== undefined) yield new PyTuple([before, item]);
    before = item;
  }
}

function* chain(values: Iterable<Value>): Generator<Value> {
  for (const value of values) yield* over(value);
}

/** A class with a method beside it: `chain.from_iterable`. */
function chainClass() {
  const cls = nativeClass('chain', [objectClass], [], { module: 'itertools' });
  cls.members.set(
    '__new__',
    new PyStaticMethod(new PyNative('__new__', ([, ...values]) => iterator(chain(values)))),
  );
  cls.members.set(
    'from_iterable',
    new PyStaticMethod(func('from_iterable', 'values', (values) => iterator(chain(over(values))))),
  );
  return cls;
}

function* filtered(function_: Value, items: Value, wanted: boolean): Generator<Value> {
  for (const item of over(items))
    if (truth(function_ === null ? item : call(function_, [item])) === wanted) yield item;
}

export const itertools = () =>
  nativeModule('itertools', [
    ['chain', chainClass()],
    ...named([
      func('repeat', 'value times?', (value, times) => {
        let left = times === undefined ? Infinity : Number(indexOf(times));
        return new PyIterator(() => {
          tick();
          return left-- > 0 ? value : undefined;
        });
      }),
      func('product', '*values repeat?', (values, repeat) => {
        const pools = values.map(collect);
        const times = repeat === undefined ? 1 : smallIndex(repeat);
        return iterator(product(Array.from({ length: Math.min(times, 100) }, () => pools).flat()));
      }),
      func('combinations', 'items r', (items, r) => iterator(combinations(collect(items), smallIndex(r)))),
      func('combinations_with_replacement', 'items r', (items, r) =>
        iterator(combinations(collect(items), smallIndex(r), 0, 1)),
      ),
      func('permutations', 'items r?', (items, r) => {
        const pool = collect(items);
        return iterator(permutations(pool, r === undefined || r === null ? pool.length : smallIndex(r)));
      }),
      func('accumulate', 'items func? * initial?', (items, function_, initial) =>
        iterator(accumulate(items, function_, initial)),
      ),
      func('islice', 'items *bounds', (items, bounds) => new PyIterator(slice(items, bounds))),
      func('count', 'start? step?', (start, step) => iterator(count(start ?? 0, step ?? 1))),
      func('cycle', 'items', (items) => iterator(cycle(items))),
      func(
        'zip_longest',
        '*values fillvalue?',
        (values, fill) => new PyIterator(zipLongest(values, fill ?? null)),
      ),
      func('starmap', 'function items', (function_, items) => {
        const next = iterate(items);
        return new PyIterator(() => {
          const item = next();
          return item === undefined ? undefined : call(function_, collect(item));
        });
      }),
      func('takewhile', 'function items', (function_, items) => {
        const next = iterate(items);
        let done = false;
        return new PyIterator(() => {
          const item = done ? undefined : next();
          if (item !== undefined && truth(call(function_, [item]))) return item;
          done = true;
          return undefined;
        });
      }),
      func('dropwhile', 'function items', (function_, items) => {
        const next = iterate(items);
        let dropping = true;
        return new PyIterator(() => {
          for (let item = next(); item !== undefined; item = next()) {
            dropping &&= truth(call(function_, [item]));
            if (!dropping) return item;
          }
          return undefined;
        });
      }),
      func('filterfalse', 'function items', (function_, items) =>
        iterator(filtered(function_, items, false)),
      ),
      func('compress', 'items selectors', (items, selectors) => {
        const flags = collect(selectors).map(truth);
        return new PyIterator(iterate(new PyTuple(collect(items).filter((_, i) => flags[i] === true))));
      }),
      func('groupby', 'items key?', (items, key) => iterator(groupBy(items, key))),
      func('pairwise', 'items', (items) => iterator(pairwise(items))),
      func('tee', 'items n?', (items, n) => {
        const all = collect(items);
        return new PyTuple(
          Array.from(
            { length: Math.min(n === undefined ? 2 : smallIndex(n), 100) },
            () => new PyIterator(iterate(new PyTuple(all))),
          ),
        );
      }),
    ]),
  ]);
