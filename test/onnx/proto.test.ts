import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PbfReader, PbfWriter } from 'pbf';
import { expect, test } from 'vitest';
import { readModelProto, writeModelProto } from '../../src/onnx/proto.ts';

test('the code for ONNX files is what onnx.proto generates', () => {
  const printed = execFileSync(process.execPath, ['scripts/generate-onnx.mjs', '--print'], {
    encoding: 'utf8',
  });
  expect(printed).toBe(readFileSync(new URL('../../src/onnx/proto.ts', import.meta.url), 'utf8'));
});

test('a model is read as it was written, zeros and open sizes included', () => {
  const pbf = new PbfWriter();
  const attribute = [
    { name: 'axis', i: 0, type: 2 },
    { name: 'alpha', f: 0, type: 1 },
    { name: 'kernel_shape', ints: [3, -1], type: 7 },
  ];
  const dim = [{ dim_param: 'N' }, { dim_value: 3 }, {}];
  writeModelProto(
    {
      ir_version: 8,
      graph: {
        node: [{ input: ['x', '', 'y'], output: ['z'], op_type: 'Conv', attribute }],
        initializer: [
          { dims: [2], data_type: 1, name: 'w', raw_data: Uint8Array.of(1, 2) },
          { name: 'far', data_location: 1, external_data: [{ key: 'location', value: 'weights.bin' }] },
          { name: 'packed', dims: [3], data_type: 7, int64_data: [-1, 2 ** 40, 0] },
        ],
        input: [{ name: 'x', type: { tensor_type: { elem_type: 1, shape: { dim } } } }],
      },
      opset_import: [{ version: 18 }, { domain: 'com.microsoft', version: 1 }],
    },
    pbf,
  );
  const model = readModelProto(new PbfReader(pbf.finish()));
  expect(model).toMatchObject({
    ir_version: 8,
    opset_import: [
      { domain: '', version: 18 },
      { domain: 'com.microsoft', version: 1 },
    ],
  });
  const { node, initializer, input } = model.graph!;
  expect(node).toMatchObject([
    {
      input: ['x', '', 'y'],
      output: ['z'],
      op_type: 'Conv',
      attribute: [
        { name: 'axis', value: 'i', i: 0 },
        { name: 'alpha', value: 'f', f: 0 },
        { name: 'kernel_shape', ints: [3, -1] },
      ],
    },
  ]);
  expect(initializer).toMatchObject([
    { dims: [2], data_type: 1, name: 'w', raw_data: Uint8Array.of(1, 2) },
    { name: 'far', data_location: 1, external_data: [{ key: 'location', value: 'weights.bin' }] },
    { name: 'packed', dims: [3], int64_data: [-1, 2 ** 40, 0] },
  ]);
  expect(input[0]!.type!.tensor_type!.shape!.dim).toMatchObject([
    { value: 'dim_param', dim_param: 'N' },
    { value: 'dim_value', dim_value: 3 },
    { value: undefined },
  ]);
});
