/** Pickles of state dicts, put together operation by operation. */
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

export const op = (...codes: (string | Buffer | number)[]): Buffer =>
  Buffer.concat(
    codes.map((code) =>
      typeof code === 'number' ? Buffer.from([code]) : typeof code === 'string' ? Buffer.from(code) : code,
    ),
  );
export const text = (value: string): Buffer => op('X', u32(Buffer.byteLength(value)), value);
export const int = (value: number): Buffer => op('J', u32(value));
export const tuple = (...items: Buffer[]): Buffer => op('(', ...items, 't');
export const global = (name: string): Buffer => op('c', name.replace(/\.(?=[^.]*$)/, '\n'), '\n');
export const call = (name: string, ...args: Buffer[]): Buffer => op(global(name), tuple(...args), 'R');
export const dict = (entries: Readonly<Record<string, Buffer>>): Buffer =>
  op('}', '(', ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), 'u');
export const pickle = (value: Buffer): Buffer => op(0x80, 2, value, '.');

export const storage = (key: string, length: number, type = 'torch.FloatStorage'): Buffer =>
  op(tuple(text('storage'), global(type), text(key), text('cpu'), int(length)), 'Q');

/** A contiguous tensor at the start of a storage of its own. */
export function tensor(key: string, shape: readonly number[], type?: string): Buffer {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const length = shape.reduce((product, size) => product * size, 1);
  return view(storage(key, length, type), 0, shape, strides);
}

export const view = (
  from: Buffer,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Buffer =>
  call(
    'torch._utils._rebuild_tensor_v2',
    from,
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    op(0x89),
    call('collections.OrderedDict'),
  );
