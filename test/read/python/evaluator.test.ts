import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Evaluator } from '../../../src/read/python/evaluator.ts';
import { func, method, nativeClass, nativeModule } from '../../../src/read/python/operate/native.ts';
import { raised } from '../../../src/read/python/values/exceptions.ts';
import { objectClass } from '../../../src/read/python/values/classes.ts';
import { PyInstance, type Value } from '../../../src/read/python/values/object.ts';
import { PyFunction } from '../../../src/read/python/values/function.ts';
import { parser, printed } from './loaded.ts';

const folder = new URL('../../../fixtures/python/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

describe('programs print what CPython 3.11 prints', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.py')))('%s', (name) => {
    expect(printed(read(name))).toBe(read(name.replace(/py$/, 'txt')));
  });
});

describe('errors have a place', () => {
  test.each([
    ['x = 1\ny = x.foo\n', "program.py:2:1: AttributeError: 'int' object has no attribute 'foo'"],
    [
      'def f():\n    return g()\ndef g():\n    raise ValueError("no")\nf()\n',
      'program.py:4:5: ValueError: no (called from f (program.py:2), from <module> (program.py:5))',
    ],
    ['import nothing_here\n', 'program.py:1:1: module nothing_here not found'],
    ['x = (1,\n', "program.py:1:5: '(' was never closed"],
    ['async def f(): pass\n', 'program.py:1:1: async is not read'],
    ['x = 1j\n', 'program.py:1:5: complex numbers are not read (1j)'],
    ['print "a"\n', "program.py:1:1: missing parentheses in call to 'print'; this is Python 2"],
    ['return 1\n', "program.py:1:1: 'return' outside function"],
    ['for x in y: pass\nbreak\n', "program.py:2:1: 'break' outside loop"],
  ])('%j', (source, line) => {
    const run = () => printed(source);
    expect(run).toThrow(expect.objectContaining({ line: expect.stringContaining(line) as string }) as Error);
  });
});

test('lines of a notebook are left out', () => {
  expect(parser('!pip install d2l\n%matplotlib inline\nx = 5 \\\n  % 3\n').blanked).toEqual([1, 2]);
});

describe('embedding', () => {
  const module = () => {
    const base = nativeClass('Module', [objectClass], [], { module: 'torch.nn' });
    base.members.set(
      '__call__',
      method('__call__', 'self *args', (self, args) => {
        const forward = self instanceof PyInstance ? self.cls.lookup('forward') : undefined;
        return forward instanceof PyFunction ? forward.invoke([self, ...args], undefined) : null;
      }),
    );
    return nativeModule('torch', [
      ['Module', base],
      ['twice', func('twice', 'x', (x) => Number(x) * 2)],
      [
        'fail',
        func('fail', '', () => {
          throw raised('ValueError', 'from TypeScript');
        }),
      ],
    ]);
  };

  test('Python derives from native classes, calls native functions and handles what they raise', () => {
    const source = `
import torch
class Net(torch.Module):
    def __init__(self, k): super().__init__(); self.k = k
    def forward(self, x): return torch.twice(x) + self.k
try: torch.fail()
except ValueError as e: print(e)
net = Net(1)
print(net(20), isinstance(net, torch.Module))`;
    expect(printed(source, { importModule: (name) => (name === 'torch' ? module() : undefined) })).toBe(
      'from TypeScript\n41 True\n',
    );
  });

  test('files are asked for by name, packages too', () => {
    const files = new Map([
      [
        'pkg',
        { source: 'from .inner import value\nfrom . import inner', file: 'pkg/__init__.py', isPackage: true },
      ],
      ['pkg.inner', { source: 'value = 7', file: 'pkg/inner.py', isPackage: false }],
    ]);
    expect(
      printed('import pkg.inner\nfrom pkg import value\nprint(value, pkg.inner.value)', {
        importModule: (name) => files.get(name),
      }),
    ).toBe('7 7\n');
  });

  test('native code calls what Python has defined', () => {
    const evaluator = new Evaluator({ parser });
    const main = evaluator.runFile('def f(x, *, y=1): return x + y', 'a.py');
    expect(evaluator.call(main.attributes.get('f')!, [1], new Map([['y', 5]]))).toBe(6);
    expect(evaluator.evaluate('f(2)', main)).toBe(3);
  });

  test('says which values variables no longer hold', () => {
    const gone: Value[] = [];
    const evaluator = new Evaluator({ parser, dropped: (value) => gone.push(value) });
    evaluator.runFile(
      "def f():\n    x = 'a'\n    x = 'b'\n    y = 'c'\n    del y\n    z = 'd'\n    return x\nf()",
      'a.py',
    );
    expect(gone).toEqual(['a', 'c', 'b', 'd']);
  });
});
