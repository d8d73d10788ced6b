import { describe, expect, test } from 'vitest';
import { inMemory } from '../../../src/core/random-access.ts';
import { readTorchWeights } from '../../../src/read/weights/torch/read.ts';
import { zipFile } from '../zip/zip-file.ts';
import { call, dict, global, int, op, pickle, storage, tensor, text, tuple, view } from './pickle-writer.ts';

const archive = (value: Buffer, ...more: string[]) =>
  zipFile([
    { name: 'a/data.pkl', bytes: pickle(value) },
    ...more.map((name) => ({ name, bytes: new Uint8Array(0) })),
  ]);
const read = (value: Buffer, ...more: string[]) => readTorchWeights(inMemory(archive(value, ...more)));
const named = (value: Buffer) =>
  read(value).tensors.map(({ name, dtype, shape, sameAs }) => [name, dtype, shape.join('x'), sameAs ?? '']);

const weight = tensor('0', [2, 3]);
const bias = tensor('1', [2]);

describe('state dicts', () => {
  test('a dictionary, an OrderedDict with its metadata', () => {
    const entries = { 'fc.weight': weight, 'fc.bias': bias, steps: tensor('2', [], 'torch.LongStorage') };
    const expected = [
      ['fc.weight', 'float32', '2x3', ''],
      ['fc.bias', 'float32', '2', ''],
      ['steps', 'int64', '', ''],
    ];
    expect(named(dict(entries))).toEqual(expected);
    const pairs = op('(', ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), 'u');
    const ordered = op(call('collections.OrderedDict'), pairs, dict({ _metadata: op('}') }), 'b');
    expect(named(ordered)).toEqual(expected);
  });

  test('parameters, subclasses of tensors, tensors of the device meta', () => {
    const value = dict({
      a: call('torch._utils._rebuild_parameter', weight, op(0x88), op('}')),
      b: call('torch._tensor._rebuild_from_type_v2', global('torch._utils._rebuild_parameter'), global('some.Class'), tuple(bias, op(0x88), op('}')), op('}')),
      c: call('torch._utils._rebuild_meta_tensor_no_storage', global('torch.float16'), tuple(int(4), int(5)), tuple(int(5), int(1)), op(0x89)),
    }); // prettier-ignore
    expect(named(value)).toEqual([
      ['a', 'float32', '2x3', ''],
      ['b', 'float32', '2', ''],
      ['c', 'float16', '4x5', ''],
    ]);
  });

  test('two names of one tensor, and two views of one storage', () => {
    const shared = storage('0', 6);
    const value = dict({
      a: view(shared, 0, [2, 3], [3, 1]),
      b: view(shared, 0, [2, 3], [3, 1]),
      turned: view(shared, 0, [3, 2], [1, 3]),
      part: view(shared, 3, [3], [1]),
    });
    expect(named(value)).toEqual([
      ['a', 'float32', '2x3', ''],
      ['b', 'float32', '2x3', 'a'],
      ['turned', 'float32', '3x2', ''],
      ['part', 'float32', '3', ''],
    ]);
  });

  test.each([
    ['state_dict', { epoch: int(3), state_dict: dict({ w: weight }), optimizer: dict({ state: op('}') }) }],
    ['model', { model: dict({ w: weight }), ema: dict({ w: weight }) }],
    ['generator', { generator: dict({ w: weight }), args: call('argparse.Namespace') }],
  ])('of a checkpoint, under %s', (at, checkpoint) => {
    const found = read(dict(checkpoint));
    expect(found.at).toBe(at);
    expect(found.beside).toEqual(Object.keys(checkpoint).filter((key) => key !== at));
    expect(found.tensors.map(({ name }) => name)).toEqual(['w']);
  });

  test('of the form before PyTorch 1.6', () => {
    const magic = op(0x80, 2, 0x8a, 10, Buffer.from('6cfc9c46f9206aa85019', 'hex'), '.');
    const file = Buffer.concat([magic, pickle(op('M', Buffer.from([0xe9, 3]))), pickle(op('}')), pickle(dict({ w: weight })), pickle(op(']')), Buffer.alloc(24)]); // prettier-ignore
    expect(readTorchWeights(inMemory(file)).tensors).toHaveLength(1);
  });
});

describe('refused, and nothing is run', () => {
  const system = call('posix.system', text('touch /tmp/owned'));
  test.each<readonly [string, Buffer, string]>([
    ['a call in the place of the state dict', system, 'posix.system'],
    ['a call in the place of a tensor', dict({ w: weight, x: system }), "under 'x': posix.system"],
    ['a number among the tensors', dict({ w: weight, epoch: int(3) }), "under 'epoch'"],
    ['a whole module', call('torch.nn.modules.linear.Linear'), 'torch.nn.modules.linear.Linear'],
    ['a whole module in a checkpoint', dict({ model: call('models.yolo.Model') }), "models.yolo.Model under 'model'"],
    ['several state dicts', dict({ d: dict({ w: weight }), g: dict({ w: weight }) }), 'several state dicts: d, g'],
    ['no tensor at all', dict({ epoch: int(3) }), 'no state dict'],
    ['a number', int(3), 'a single value'],
    ['a view beyond its storage', dict({ w: view(storage('0', 5), 0, [2, 3], [3, 1]) }), 'larger than its storage'],
    ['an unknown storage', dict({ w: tensor('0', [2], 'evil.FloatStorage') }), 'evil.FloatStorage'],
    ['parameters within parameters without end', dict({ w: Array.from({ length: 500 }).reduce<Buffer>((inner) => call('torch._utils._rebuild_parameter', inner), weight) }), 'no state dict'],
    ['an operation of other pickles', op('P', 'x\n'), 'operation'],
    ['a stack that is empty', op('R'), 'has not made'],
    ['a memo that is empty', op('h', 7), 'has not kept'],
    ['an integer of 300,000 digits', op(0x8b, Buffer.from([0xff, 0xff, 1, 0]), Buffer.alloc(131_071, 1)), 'digits'],
    ['a text of 4 GB', op('X', Buffer.from([0xff, 0xff, 0xff, 0xff])), 'ends too early'],
    ['marks without end', op(Buffer.alloc(200_000, '(')), 'larger than that of any'],
    ['operations without end', op(']', Buffer.from('2a'.repeat(5_000_000))), 'larger than that of any'],
  ])('%s', (_, value, message) => {
    expect(() => read(value)).toThrow(message);
  }); // prettier-ignore

  test('TorchScript, programs of torch.export, archives and files of something else', () => {
    expect(() => read(int(1), 'a/code/x.py')).toThrow('TorchScript');
    expect(() => read(int(1), 'a/models/model.json')).toThrow('torch.export');
    expect(() => readTorchWeights(inMemory(zipFile([{ name: 'x', bytes: new Uint8Array(1) }])))).toThrow('no pickle');
    expect(() => readTorchWeights(inMemory(Buffer.from('hello')))).toThrow('neither');
    expect(() => readTorchWeights(inMemory(pickle(dict({ w: weight }))))).toThrow('not one of torch.save');
  }); // prettier-ignore
});

test('a pickle cut short anywhere, and every byte changed, ends with a result or one of our errors', () => {
  const content = pickle(dict({ 'fc.weight': weight, 'fc.bias': bias, same: view(storage('0', 6), 0, [2, 3], [3, 1]) })); // prettier-ignore
  const codes = new Set<string>();
  const attempt = (bytes: Uint8Array) => {
    try {
      readTorchWeights(inMemory(zipFile([{ name: 'a/data.pkl', bytes }])));
      codes.add('read');
    } catch (error) {
      codes.add((error as { code?: string }).code ?? String(error));
    }
  };
  for (let length = 0; length < content.length; length++) attempt(content.subarray(0, length));
  for (let at = 0; at < content.length; at++)
    for (const value of [0, 0x28, 0x51, 0x52, 0x62, 0x80, 0x95, 0xff]) {
      const changed = Uint8Array.from(content);
      changed[at] = value;
      attempt(changed);
    }
  expect([...codes].sort()).toEqual(['read', 'weights-damaged', 'weights-not-read']);
});
