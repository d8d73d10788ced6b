/**
 * Writes src/onnx/proto.ts from src/onnx/onnx.proto: pbf's generated reading and writing, with a type for each message.
 * `--print` writes to stdout instead, so that a test can compare.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileRaw } from 'pbf/compile';
import { format, resolveConfig } from 'prettier';
import parse from 'protocol-buffers-schema';

const source = fileURLToPath(new URL('../src/onnx/onnx.proto', import.meta.url));
const target = fileURLToPath(new URL('../src/onnx/proto.ts', import.meta.url));

const SCALARS = { string: 'string', bytes: 'Uint8Array', float: 'number', double: 'number' };
const NUMBERS = new Set(['int32', 'int64']);

const schema = parse(readFileSync(source, 'utf8'));
const messages = new Set(schema.messages.map(({ name }) => name));

function typeOf(type) {
  if (messages.has(type)) return type;
  return SCALARS[type] ?? (NUMBERS.has(type) ? 'number' : undefined);
}

/** What is read has a default in place of what is missing, but for messages and bytes. */
function interfaceOf({ name, fields }) {
  const members = fields.map((field) => {
    const type = typeOf(field.type);
    if (type === undefined) throw new Error(`${name}.${field.name}: no type is known for ${field.type}`);
    if (field.repeated) return `${field.name}: ${type}[];`;
    const absent = messages.has(field.type) || field.type === 'bytes';
    return `${field.name}: ${type}${absent ? ' | undefined' : ''};`;
  });
  const choices = [...new Set(fields.flatMap(({ oneof }) => oneof ?? []))].map((choice) => {
    const among = fields.filter(({ oneof }) => oneof === choice);
    return `${choice}: ${among.map((field) => `'${field.name}'`).join(' | ')} | undefined;`;
  });
  return `export interface ${name} {\n${[...members, ...choices].join('\n')}\n}\n`;
}

const code = compileRaw(schema)
  .replace(
    /function read(\w+)\(pbf, end\) \{\n {4}const obj =/g,
    'function read$1(pbf: PbfReader, end?: number): $1 {\n    const obj: $1 =',
  )
  .replace(/function write(\w+)\(obj, pbf\)/g, 'function write$1(obj: Draft<$1>, pbf: PbfWriter): void')
  .replace(/(writePacked\w+\(\d+, )(obj\.\w+)\)/g, '$1$2 as number[])')
  .replaceAll('let field;', 'let field: number;');

const text = `// Generated from onnx.proto by scripts/generate-onnx.mjs: change that file, then npm run generate.
import type { PbfReader, PbfWriter } from 'pbf';

/** A message to be written: what is left out is absent in the file. */
export type Draft<M> = M extends string | number | Uint8Array
  ? M
  : M extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : { readonly [field in keyof M]?: Draft<M[field]> | undefined };

${schema.messages.map(interfaceOf).join('\n')}
${code}`;

const formatted = await format(text, { ...(await resolveConfig(target)), parser: 'typescript' });
if (process.argv.includes('--print')) process.stdout.write(formatted);
else writeFileSync(target, formatted);
