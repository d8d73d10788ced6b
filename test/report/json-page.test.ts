import { expect, test } from 'vitest';
import { fieldsOf, fieldsPage, schemaNames } from './json-fields.ts';

test('the page of fields is that of the schemas', async () => {
  await expect(fieldsPage()).toMatchFileSnapshot('../../docs/json-fields.md');
});

test.each(schemaNames)('every field of %s is described', (name) => {
  const fields = fieldsOf(name);
  expect(fields.length).toBeGreaterThan(3);
  expect(fields.filter(({ about }) => about === '').map(({ path }) => path)).toEqual([]);
});
