import { getItem, setItem } from '../operate/items.ts';
import { func, named, nativeModule } from '../operate/native.ts';
import { collect, indexOf, lengthOf } from '../operate/protocols.ts';
import { toFloat } from '../types/numbers.ts';
import { raised, valueError } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { PyFloat, PyList } from '../values/values.ts';

/** MT19937, seeded as CPython seeds it. Source: Matsumoto and Nishimura, and CPython's `_randommodule.c`. */
class Twister {
  private readonly state = new Uint32Array(624);
  private at = 624;

  seed(value: bigint): void {
    const key: number[] = [];
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n)
      key.push(Number(rest & 0xffffffffn));
    if (key.length === 0) key.push(0);
    const s = this.state;
    s[0] = 19650218;
    for (let i = 1; i < 624; i++) s[i] = Math.imul(1812433253, s[i - 1]! ^ (s[i - 1]! >>> 30)) + i;
    let [i, j] = [1, 0];
    for (let k = Math.max(624, key.length); k > 0; k--) {
      s[i] = (s[i]! ^ Math.imul(s[i - 1]! ^ (s[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      if (++i >= 624) {
        s[0] = s[623]!;
        i = 1;
      }
      j = (j + 1) % key.length;
    }
    for (let k = 623; k > 0; k--) {
      s[i] = (s[i]! ^ Math.imul(s[i - 1]! ^ (s[i - 1]! >>> 30), 1566083941)) - i;
      if (++i >= 624) {
        s[0] = s[623]!;
        i = 1;
      }
    }
    s[0] = 0x80000000;
    this.at = 624;
  }

  next(): number {
    const s = this.state;
    if (this.at >= 624) {
      for (let k = 0; k < 624; k++) {
        const y = (s[k]! & 0x80000000) | (s[(k + 1) % 624]! & 0x7fffffff);
        s[k] = s[(k + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.at = 0;
    }
    let y = s[this.at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** In [0, 1), with 53 bits. */
  float(): number {
    const a = this.next() >>> 5;
    const b = this.next() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** Below n, without a preference. */
  below(n: number): number {
    if (n <= 0) throw raised('IndexError', 'Cannot choose from an empty sequence');
    const bits = Math.floor(Math.log2(n)) + 1;
    for (;;) {
      const value =
        bits <= 32 ? this.next() >>> (32 - bits) : this.next() + (this.next() >>> (64 - bits)) * 2 ** 32;
      if (value < n) return value;
    }
  }
}

export function random() {
  const twister = new Twister();
  // Without a seed too, two runs say the same.
  twister.seed(0n);
  let spare: number | undefined;
  const shuffled = (items: readonly Value[], count: number): Value[] => {
    const pool = [...items];
    if (count > pool.length || count < 0) throw valueError('Sample larger than population or is negative');
    const size = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    if (pool.length <= size) {
      return Array.from({ length: count }, (_, i) => {
        const j = twister.below(pool.length - i);
        const chosen = pool[j]!;
        pool[j] = pool[pool.length - i - 1]!;
        return chosen;
      });
    }
    const taken = new Set<number>();
    return Array.from({ length: count }, () => {
      let j = twister.below(pool.length);
      while (taken.has(j)) j = twister.below(pool.length);
      taken.add(j);
      return pool[j]!;
    });
  };
  const gauss = (): number => {
    const known = spare;
    spare = undefined;
    if (known !== undefined) return known;
    const angle = twister.float() * 2 * Math.PI;
    const radius = Math.sqrt(-2 * Math.log(1 - twister.float()));
    spare = Math.sin(angle) * radius;
    return Math.cos(angle) * radius;
  };
  return nativeModule('random', [
    ...named([
      func('seed', 'a? version?', (a) => {
        spare = undefined;
        twister.seed(a === undefined || a === null ? 0n : BigInt(indexOf(a)));
      }),
      func('random', '', () => new PyFloat(twister.float())),
      func('uniform', 'a b', (a, b) => new PyFloat(toFloat(a) + (toFloat(b) - toFloat(a)) * twister.float())),
      func(
        'randint',
        'a b',
        (a, b) => Number(indexOf(a)) + twister.below(Number(indexOf(b)) - Number(indexOf(a)) + 1),
      ),
      func('randrange', 'start stop? step?', (start, stop, step) => {
        const [from, to] =
          stop === undefined || stop === null
            ? [0, Number(indexOf(start))]
            : [Number(indexOf(start)), Number(indexOf(stop))];
        const by = step === undefined ? 1 : Number(indexOf(step));
        const count = Math.ceil((to - from) / by);
        if (count <= 0) throw valueError('empty range for randrange()');
        return from + by * twister.below(count);
      }),
      func('choice', 'items', (items) => getItem(items, twister.below(lengthOf(items)))),
      func(
        'choices',
        'items weights? * k? cum_weights?',
        (items, _weights, k) =>
          new PyList(
            Array.from({ length: Math.min(Number(k ?? 1), 1e5) }, () =>
              getItem(items, Math.floor(twister.float() * lengthOf(items))),
            ),
          ),
      ),
      func('shuffle', 'items', (items) => {
        for (let i = lengthOf(items) - 1; i > 0; i--) {
          const j = twister.below(i + 1);
          const held = getItem(items, i);
          setItem(items, i, getItem(items, j));
          setItem(items, j, held);
        }
      }),
      func('sample', 'items k', (items, k) => new PyList(shuffled(collect(items), Number(indexOf(k))))),
      func(
        'gauss',
        'mu? sigma?',
        (mu, sigma) =>
          new PyFloat(
            (mu === undefined ? 0 : toFloat(mu)) + gauss() * (sigma === undefined ? 1 : toFloat(sigma)),
          ),
      ),
      func(
        'normalvariate',
        'mu? sigma?',
        (mu, sigma) =>
          new PyFloat(
            (mu === undefined ? 0 : toFloat(mu)) + gauss() * (sigma === undefined ? 1 : toFloat(sigma)),
          ),
      ),
    ]),
  ]);
}
