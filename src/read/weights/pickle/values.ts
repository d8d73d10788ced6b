/** What a pickle builds, by what is read of it; nothing of it is ever run. */
export type Value =
  null | boolean | number | bigint | string | Uint8Array | List | Tuple | Dict | Global | Made | Persistent;

export class List {
  readonly items: Value[] = [];
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** `dict` and `OrderedDict`; of keys only texts and numbers are told apart. */
export class Dict {
  readonly entries = new Map<Value, Value>();
}

/** A class or function by its name: `torch._utils._rebuild_tensor_v2`. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What calling a global would make. */
export class Made {
  readonly by: Global;
  readonly args: readonly Value[];
  state: Value = null;
  constructor(by: Global, args: readonly Value[]) {
    this.by = by;
    this.args = args;
  }
}

/** What lies outside the pickle: a storage. */
export class Persistent {
  readonly id: Value;
  constructor(id: Value) {
    this.id = id;
  }
}
