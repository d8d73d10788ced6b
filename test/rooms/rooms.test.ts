import { describe, expect, test } from 'vitest';
import { importsOf, sources, type Import } from './imports.ts';
import { picture } from './picture.ts';
import { packages, processUses, rooms } from './rooms.ts';

const files = sources();
const imports = [...files].flatMap(([file, text]) => importsOf(file, text));
const roomOf = (file: string) => file.split('/')[1]!;
const written = ({ from, to }: Import) => `${from} > ${to}`;

const arrow = (from: string, to: string) => `${from} -> ${to}`;
const allowed = new Set(rooms.flatMap(({ name, imports: to }) => to.map((other) => arrow(name, other))));
const between = imports.filter(({ from, to, external }) => !external && roomOf(from) !== roomOf(to));

describe('rooms', () => {
  test('are those of src', () => {
    const found = [...new Set([...files.keys()].map(roomOf))];
    expect(found.sort()).toEqual(rooms.map(({ name }) => name).sort());
  });

  test('import only rooms below', () => {
    const names = rooms.map(({ name }) => name);
    for (const [i, { name, imports: below }] of rooms.entries()) {
      expect(names.slice(0, i), name).toEqual(expect.arrayContaining([...below]));
    }
  });

  test('import only what the table allows', () => {
    const wrong = between.filter(({ from, to }) => !allowed.has(arrow(roomOf(from), roomOf(to))));
    expect(wrong.map(written)).toEqual([]);
  });

  test('import all that the table allows', () => {
    const found = new Set(between.map(({ from, to }) => arrow(roomOf(from), roomOf(to))));
    expect([...allowed].filter((each) => !found.has(each))).toEqual([]);
  });

  test('that are pure have no files, network or process', () => {
    const pure = new Set(rooms.filter((each) => each.pure).map(({ name }) => name));
    const modules = imports.filter(({ from, to }) => pure.has(roomOf(from)) && to.startsWith('node:'));
    expect(modules.map(written)).toEqual([]);
    const globals = [...files].filter(([file, text]) => pure.has(roomOf(file)) && /\bprocess\.\w/.test(text));
    expect(globals.map(([file]) => file)).toEqual([]);
  });
});

test('packages are imported where they belong', () => {
  const nameOf = (to: string) =>
    to
      .split('/')
      .slice(0, to.startsWith('@') ? 2 : 1)
      .join('/');
  const wrong = imports.filter(
    ({ from, to, external }) =>
      external && !to.startsWith('node:') && !packages[nameOf(to)]?.some((place) => from.startsWith(place)),
  );
  expect(wrong.map(written)).toEqual([]);
});

test('the process is touched where it belongs', () => {
  const used = [...files].flatMap(([file, text]) => {
    const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    const members = [...code.matchAll(/\bprocess\??\.(\w+)/g)].map(([, member]) => member!);
    const whole = /'(?:node:)?process'|=\s*process;|\(process\)|\bprocess\[/.test(code) ? ['the whole'] : [];
    return [...members, ...whole].map((member) => ({ file, member }));
  });
  const placesOf = (file: string, member: string) =>
    Object.entries(processUses).filter(
      ([place, what]) => file.startsWith(place) && (what.includes(member) || what.includes('anything')),
    );
  const wrong = used.filter(({ file, member }) => placesOf(file, member).length === 0);
  expect(wrong.map(({ file, member }) => `${file}: ${member}`)).toEqual([]);
  const needed = new Set(used.flatMap(({ file, member }) => placesOf(file, member).map(([place]) => place)));
  expect([...needed].sort()).toEqual(Object.keys(processUses).sort());
});

test('every import is of a file that is there', () => {
  expect(imports.filter(({ to, external }) => !external && !files.has(to)).map(written)).toEqual([]);
});

test('no circle is left at run time, dynamic imports included', () => {
  const next = new Map<string, string[]>();
  for (const { from, to, external, typesOnly } of imports) {
    if (!external && !typesOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' > '));
    if (done.has(file)) return;
    done.add(file);
    for (const other of next.get(file) ?? []) visit(other, [...way, file]);
  };
  for (const file of files.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

describe('imports are read', () => {
  test.each([
    ["import { a, type B } from './b.ts';", ['src/x/b.ts'], false],
    ["import {\n  type A,\n  type B,\n} from '../y/b.ts';", ['src/y/b.ts'], true],
    ["import type { A } from './b.ts';", ['src/x/b.ts'], true],
    ["import type * as z from 'zod/mini';", ['zod/mini'], true],
    ["import a from 'a';", ['a'], false],
    ["import './b.ts';", ['src/x/b.ts'], false],
    ["export { a } from './b.ts';", ['src/x/b.ts'], false],
    ["export * from './b.ts';", ['src/x/b.ts'], false],
    ["const a = await import('./b.ts');", ['src/x/b.ts'], false],
    ["type A = typeof import('./b.ts');", ['src/x/b.ts'], true],
    ["export const from = 'elsewhere';", [], false],
  ])('%s', (text, to, typesOnly) => {
    const found = importsOf('src/x/a.ts', text);
    expect(found.map((each) => each.to)).toEqual(to);
    for (const each of found) expect(each.typesOnly).toBe(typesOnly);
  });
});

test('the picture in docs shows the table', async () => {
  await expect(picture(rooms)).toMatchFileSnapshot('../../docs/rooms.svg');
});
