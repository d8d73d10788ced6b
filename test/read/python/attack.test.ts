import { describe, expect, test } from 'vitest';
import { VggError } from '../../../src/core/errors/error.ts';
import { printed } from './loaded.ts';

/** The error with which a program ends. */
function failure(source: string): VggError {
  try {
    printed(source);
  } catch (error) {
    if (error instanceof VggError) return error;
    throw error;
  }
  throw new Error('the program ended without an error');
}

describe('what a program may not do', () => {
  test.each([
    ['loops', 'while True: pass', 'python-limit'],
    ['loops inside of functions that it knows', 'sum(range(10**12))', 'python-limit'],
    ['endless iterators', 'import itertools\nlist(itertools.count())', 'python-limit'],
    ['long lists', '[0] * 10**9', 'python-limit'],
    ['long strings', "'a' * 10**9", 'python-limit'],
    ['doubling strings', "s = 'a'\nwhile True: s += s", 'python-limit'],
    ['padding', "'{:>999999999}'.format(1)", 'python-limit'],
    ['large powers', '10**10**10', 'python-limit'],
    ['large shifts', '1 << 10**12', 'python-limit'],
    ['growing lists', 'l = [1]\nwhile True: l.extend(l)', 'python-limit'],
    ['growing dicts', 'd = {}\ni = 0\nwhile True:\n    d[i] = [i]\n    i += 1', 'python-limit'],
    ['patterns that take exponential time', "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", 'python-limit'],
    [
      'handling of limits',
      'while True:\n    try:\n        while True: pass\n    except BaseException: pass\n    finally: pass',
      'python-limit',
    ],
    ['recursion', 'def f(): return f()\nf()', 'python-exception'],
    [
      'recursion through operators',
      'class A:\n    def __add__(self, o): return self + o\nA() + 1',
      'python-exception',
    ],
    [
      'recursion through repr',
      'class A:\n    def __repr__(self): return repr(self)\nrepr(A())',
      'python-exception',
    ],
    ['deep values', 'x = []\nfor i in range(100000): x = [x]\nrepr(x)', 'python-exception'],
    ['deep comparisons', 'x, y = [], []\nfor i in range(9999): x, y = [x], [y]\nx == y', 'python-exception'],
    ['deep syntax', `x = ${'('.repeat(3000)}1${')'.repeat(3000)}`, 'python-syntax'],
    ['long chains', `x = ${'1+'.repeat(5000)}1`, 'python-syntax'],
  ])('%s', (_, source, code) => {
    expect(failure(source).code).toBe(code);
  });

  test.each([
    "''.constructor",
    '(1).constructor',
    '[].constructor',
    '{}.__proto__',
    '(lambda: 0).constructor',
    '(lambda: 0).__globals__',
    '(lambda: 0).__code__',
    '(lambda: 0).__closure__',
    'object.__subclasses__()',
    '().__class__.__bases__[0].__subclasses__()',
    'print.__self__',
    'print.invoke',
    'len.prototype',
    "getattr('', 'constructor')",
    "getattr([], 'items')",
    "'{0.constructor}'.format('')",
    "'{0.__globals__}'.format(lambda: 0)",
    "{}['constructor']",
    "__import__('os')",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "compile('1', '', 'eval')",
  ])('reach with %s', (source) => {
    expect(failure(`print(${source})`).code).toBe('python-exception');
  });

  test.each([
    'import subprocess',
    'import socket',
    'import ctypes',
    'from shutil import rmtree',
    'import node',
  ])('%s', (source) => {
    expect(failure(source).code).toBe('python-unknown-import');
  });

  test('os does nothing', () => {
    expect(failure("import os\nos.system('true')").message).toContain('PermissionError');
    expect(failure('import os\nos.nothing').code).toBe('python-unknown-name');
  });

  test('names of the prototype are ordinary names', () => {
    expect(
      printed(
        "d = {'__proto__': 1, 'constructor': 2}\nclass A: pass\na = A()\na.__proto__ = 3\na.constructor = 4\nprint(d, a.__proto__, a.constructor, a.__dict__)",
      ),
    ).toBe("{'__proto__': 1, 'constructor': 2} 3 4 {'__proto__': 3, 'constructor': 4}\n");
  });

  test('one program changes nothing for the next', () => {
    expect(failure('int.foo = 1').message).toContain('immutable');
    printed('import math\nmath.pi = 3');
    expect(printed('import math\nprint(math.pi)')).toBe('3.141592653589793\n');
  });
});
