import * as z from 'zod/mini';
import { attributeNames } from '../../layers/shared/attributes.ts';
import { layerKinds } from '../../layers/registry.ts';
import { mapping, type JsonObjectSchema, type SchemaParts } from './macros/macro.ts';
import { joins, macros } from './macros/registry.ts';

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });

const parts: SchemaParts = {
  layers: ref('layers'),
  count: ref('count'),
  name: ref('name'),
  of(attributes) {
    const { $schema: _, ...schema } = z.toJSONSchema(attributes, { io: 'input' });
    return schema as unknown as JsonObjectSchema;
  },
};

/**
 * The JSON Schema (2020-12) of spec files, for editors and other programs. It knows the form and the arguments of
 * every layer kind and macro; that names refer to layers and that shapes fit only building the network tells.
 */
export function specJsonSchema(): object {
  const kinds = new Map<string, object>();
  for (const { kind, attributes } of layerKinds.values()) {
    const join = joins.get(kind);
    const own = parts.of(attributes);
    kinds.set(kind, join ? { anyOf: [own, join.schema(parts)] } : own);
  }
  for (const macro of macros.values()) kinds.set(macro.name, macro.schema(parts));
  // Kinds that need no argument may come alone, as a word or with nothing behind their colon.
  const alone = [...layerKinds.values()]
    .filter((kind) => attributeNames(kind).length === 0 || kind.attributes.safeParse({}).success)
    .map(({ kind }) => kind);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:vgg-inspect:spec:1',
    title: 'vgg-inspect spec',
    description: 'A convolutional network as vgg-inspect reads it from YAML or JSON.',
    ...mapping(
      {
        name: { type: 'string', minLength: 1, maxLength: 100 },
        input: { description: 'Sizes without the batch: channels, height and width.', ...ref('sizes') },
        inputs: {
          description: 'Several inputs by their names, instead of input.',
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,99}$' },
          additionalProperties: {
            anyOf: [
              ref('sizes'),
              mapping({ shape: ref('sizes'), dtype: { enum: ['float', 'int64', 'bool'] } }, ['shape']),
            ],
          },
        },
        outputs: {
          description:
            'The layers whose results the network gives, the main one first; the last when left out.',
          type: 'array',
          items: ref('reference'),
          minItems: 1,
        },
        classes: {
          description: 'Width of the last weight layer, which --ratio leaves alone.',
          ...ref('count'),
        },
        layers: { type: 'array', items: ref('layer'), minItems: 1 },
      },
      ['layers'],
    ),
    oneOf: [{ required: ['input'] }, { required: ['inputs'] }],
    $defs: {
      count: { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
      name: { anyOf: [{ type: 'string', pattern: '^[A-Za-z0-9_-]{1,100}$' }, { type: 'integer' }] },
      reference: { type: ['string', 'integer'] },
      sizes: { type: 'array', items: ref('count'), minItems: 1 },
      layers: { type: 'array', items: ref('layer') },
      layer: { anyOf: [{ enum: alone }, ...[...kinds.keys()].map((kind) => ref(`layer-${kind}`))] },
      ...Object.fromEntries([...kinds].map(([kind, schema]) => [`layer-${kind}`, item(kind, schema, alone)])),
    },
  };
}

/** One item of a list of layers: the kind, and what may be beside it. */
function item(kind: string, schema: object, alone: readonly string[]): object {
  return mapping(
    {
      [kind]: alone.includes(kind) ? { anyOf: [schema, { type: 'null' }] } : schema,
      name: ref('name'),
      from: { anyOf: [ref('reference'), { type: 'array', items: ref('reference'), minItems: 1 }] },
      ...(layerKinds.has(kind) && { shares_weights_of: ref('reference') }),
      trainable: { type: 'boolean' },
    },
    [kind],
  );
}
