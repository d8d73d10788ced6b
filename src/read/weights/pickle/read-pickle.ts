import { Bytes, PickleError } from './bytes.ts';
import { Dict, Global, List, Made, Persistent, Tuple, type Value } from './values.ts';

/** A place in the stack from which on a list, a tuple or a dictionary is made. */
const MARK = Symbol('mark');

/** A state dict of 100,000 tensors takes half of each. */
const MOST = { operations: 8_000_000, stacked: 100_000, kept: 2_000_000 };

/** More digits are no size of anything, and turning them into a number takes its time. */
const LONGEST_INTEGER = 32;

/**
 * What a pickle describes, and where it ends. It is read and never run: a call becomes what it would be called with, and
 * no class or function is looked up. Protocols 0 to 5 without what refers outside the file. Throws `PickleError`.
 */
export function readPickle(content: Uint8Array): { readonly value: Value; readonly end: number } {
  const machine = new Machine(content);
  return { value: machine.run(), end: machine.end };
}

class Machine {
  readonly #bytes: Bytes;
  readonly #stack: (Value | typeof MARK)[] = [];
  readonly #memo = new Map<number, Value>();

  constructor(content: Uint8Array) {
    this.#bytes = new Bytes(content);
  }

  get end(): number {
    return this.#bytes.at;
  }

  run(): Value {
    for (let count = 0; count < MOST.operations; count++) {
      const code = this.#bytes.uint8();
      if (code === STOP) return this.#pop();
      const operation = operations.get(code);
      if (!operation) throw new PickleError(`it has an operation that state dicts do not have: ${code}`);
      operation(this, this.#bytes);
      if (this.#stack.length > MOST.stacked) break;
    }
    throw new PickleError('it is larger than that of any state dict');
  }

  push(value: Value): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  #pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new PickleError('it takes what it has not made');
    return value;
  }

  pop(): Value {
    return this.#pop();
  }

  top(): Value {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new PickleError('it takes what it has not made');
    return value;
  }

  /** What was made since the last mark, which goes with it. */
  sinceMark(): Value[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw new PickleError('it takes what it has not made');
    const items = this.#stack.splice(at + 1) as Value[];
    this.#stack.pop();
    return items;
  }

  keep(place: number): void {
    if (this.#memo.size > MOST.kept) throw new PickleError('it is larger than that of any state dict');
    this.#memo.set(place, this.top());
  }

  keepNext(): void {
    this.keep(this.#memo.size);
  }

  kept(place: number): Value {
    const value = this.#memo.get(place);
    if (value === undefined) throw new PickleError('it recalls what it has not kept');
    return value;
  }
}

const STOP = 0x2e;
const DICTIONARIES = new Set(['collections.OrderedDict', 'collections.defaultdict', 'builtins.dict']);

/** What a call would make: containers are read on, all else is kept as it is called. */
function made(callee: Value, args: Value): Value {
  if (!(callee instanceof Global)) throw new PickleError('it calls what is not a class or a function');
  if (!(args instanceof Tuple)) throw new PickleError('it calls without arguments');
  return DICTIONARIES.has(callee.name) ? filled(args) : new Made(callee, args.items);
}

/** A dictionary, of the pairs that it is made from where there are some. */
function filled({ items }: Tuple): Dict {
  const dict = new Dict();
  const [pairs] = items.filter((item) => item instanceof List);
  for (const pair of pairs?.items ?? []) {
    const both = pair instanceof Tuple || pair instanceof List ? pair.items : [];
    if (both.length !== 2) throw new PickleError('it makes a dictionary of what are not pairs');
    dict.entries.set(both[0]!, both[1]!);
  }
  return dict;
}

/** Dictionaries and lists that are classes of their own are `Made`: what is put into them is not looked at. */
function put(into: Value, items: readonly Value[], pairs: boolean): void {
  if (into instanceof Made) return;
  if (pairs && into instanceof Dict && items.length % 2 === 0) {
    for (let i = 0; i < items.length; i += 2) into.entries.set(items[i]!, items[i + 1]!);
  } else if (!pairs && into instanceof List) {
    for (const item of items) into.items.push(item);
  } else throw new PickleError('it puts something into what is not a container');
}

/** Two's complement, the lowest byte first. */
function integer(bytes: Uint8Array): number | bigint {
  if (bytes.length > LONGEST_INTEGER) throw new PickleError('it has an integer of too many digits');
  const hex = [...bytes]
    .toReversed()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const value = hex === '' ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`));
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function decimal(line: string): Value {
  if (line === '00') return false;
  if (line === '01') return true;
  if (!/^-?\d{1,40}L?$/.test(line)) throw new PickleError('it has an integer that is not one');
  const value = BigInt(line.replace('L', ''));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const globalOf = (module: Value, name: Value): Global => {
  if (typeof module !== 'string' || typeof name !== 'string')
    throw new PickleError('it names a class by no text');
  return new Global(`${module === '__builtin__' ? 'builtins' : module}.${name}`);
};

type Operation = (machine: Machine, bytes: Bytes) => void;

const tupleOf =
  (count: number): Operation =>
  (machine) => {
    const items = Array.from({ length: count }, () => machine.pop()).toReversed();
    machine.push(new Tuple(items));
  };

/** By their codes, as Python's pickletools lists them. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (_, bytes) => void bytes.uint8()], // PROTO
  [0x95, (_, bytes) => void bytes.uint64()], // FRAME
  [0x28, (machine) => machine.mark()], // MARK
  [0x30, (machine) => void machine.pop()], // POP
  [0x31, (machine) => void machine.sinceMark()], // POP_MARK
  [0x32, (machine) => machine.push(machine.top())], // DUP
  [0x4e, (machine) => machine.push(null)], // NONE
  [0x88, (machine) => machine.push(true)], // NEWTRUE
  [0x89, (machine) => machine.push(false)], // NEWFALSE
  [0x49, (machine, bytes) => machine.push(decimal(bytes.line()))], // INT
  [0x4c, (machine, bytes) => machine.push(decimal(bytes.line()))], // LONG
  [0x4b, (machine, bytes) => machine.push(bytes.uint8())], // BININT1
  [0x4d, (machine, bytes) => machine.push(bytes.uint16())], // BININT2
  [0x4a, (machine, bytes) => machine.push(bytes.int32())], // BININT
  [0x8a, (machine, bytes) => machine.push(integer(bytes.take(bytes.uint8())))], // LONG1
  [0x8b, (machine, bytes) => machine.push(integer(bytes.take(bytes.uint32())))], // LONG4
  [0x47, (machine, bytes) => machine.push(bytes.float64())], // BINFLOAT
  [0x46, (machine, bytes) => machine.push(Number(bytes.line()))], // FLOAT
  [0x58, (machine, bytes) => machine.push(bytes.text(bytes.uint32()))], // BINUNICODE
  [0x8c, (machine, bytes) => machine.push(bytes.text(bytes.uint8()))], // SHORT_BINUNICODE
  [0x8d, (machine, bytes) => machine.push(bytes.text(bytes.uint64()))], // BINUNICODE8
  [0x56, (machine, bytes) => machine.push(bytes.line())], // UNICODE
  [0x54, (machine, bytes) => machine.push(bytes.text(bytes.uint32()))], // BINSTRING
  [0x55, (machine, bytes) => machine.push(bytes.text(bytes.uint8()))], // SHORT_BINSTRING
  [0x42, (machine, bytes) => machine.push(bytes.take(bytes.uint32()))], // BINBYTES
  [0x43, (machine, bytes) => machine.push(bytes.take(bytes.uint8()))], // SHORT_BINBYTES
  [0x8e, (machine, bytes) => machine.push(bytes.take(bytes.uint64()))], // BINBYTES8
  [0x5d, (machine) => machine.push(new List())], // EMPTY_LIST
  [0x8f, (machine) => machine.push(new List())], // EMPTY_SET
  [0x29, (machine) => machine.push(new Tuple([]))], // EMPTY_TUPLE
  [0x7d, (machine) => machine.push(new Dict())], // EMPTY_DICT
  [0x74, (machine) => machine.push(new Tuple(machine.sinceMark()))], // TUPLE
  [0x85, tupleOf(1)], // TUPLE1
  [0x86, tupleOf(2)], // TUPLE2
  [0x87, tupleOf(3)], // TUPLE3
  [
    0x6c, // LIST
    (machine) => {
      const list = new List();
      put(list, machine.sinceMark(), false);
      machine.push(list);
    },
  ],
  [
    0x64, // DICT
    (machine) => {
      const dict = new Dict();
      put(dict, machine.sinceMark(), true);
      machine.push(dict);
    },
  ],
  [
    0x61, // APPEND
    (machine) => {
      const item = machine.pop();
      put(machine.top(), [item], false);
    },
  ],
  [
    0x65, // APPENDS
    (machine) => {
      const items = machine.sinceMark();
      put(machine.top(), items, false);
    },
  ],
  [
    0x90, // ADDITEMS
    (machine) => {
      const items = machine.sinceMark();
      put(machine.top(), items, false);
    },
  ],
  [
    0x73, // SETITEM
    (machine) => {
      const value = machine.pop();
      const key = machine.pop();
      put(machine.top(), [key, value], true);
    },
  ],
  [
    0x75, // SETITEMS
    (machine) => {
      const items = machine.sinceMark();
      put(machine.top(), items, true);
    },
  ],
  [0x71, (machine, bytes) => machine.keep(bytes.uint8())], // BINPUT
  [0x72, (machine, bytes) => machine.keep(bytes.uint32())], // LONG_BINPUT
  [0x70, (machine, bytes) => machine.keep(Number(decimal(bytes.line())))], // PUT
  [0x94, (machine) => machine.keepNext()], // MEMOIZE
  [0x68, (machine, bytes) => machine.push(machine.kept(bytes.uint8()))], // BINGET
  [0x6a, (machine, bytes) => machine.push(machine.kept(bytes.uint32()))], // LONG_BINGET
  [0x67, (machine, bytes) => machine.push(machine.kept(Number(decimal(bytes.line()))))], // GET
  [0x63, (machine, bytes) => machine.push(globalOf(bytes.line(), bytes.line()))], // GLOBAL
  [
    0x93, // STACK_GLOBAL
    (machine) => {
      const name = machine.pop();
      machine.push(globalOf(machine.pop(), name));
    },
  ],
  [
    0x52, // REDUCE
    (machine) => {
      const args = machine.pop();
      machine.push(made(machine.pop(), args));
    },
  ],
  [
    0x81, // NEWOBJ
    (machine) => {
      const args = machine.pop();
      machine.push(made(machine.pop(), args));
    },
  ],
  [
    0x92, // NEWOBJ_EX
    (machine) => {
      machine.pop();
      const args = machine.pop();
      machine.push(made(machine.pop(), args));
    },
  ],
  [
    0x62, // BUILD
    (machine) => {
      const state = machine.pop();
      const object = machine.top();
      // Of an OrderedDict these are its `_metadata`.
      if (object instanceof Made) object.state = state;
    },
  ],
  [0x51, (machine) => machine.push(new Persistent(machine.pop()))], // BINPERSID
]);
