import { bare, didYouMean, entry, fixed, quote } from './words.ts';

/** Assertions, conventions, budgets and locks. */
export const check = {
  'bad-assertion': entry((a: { text: string; problem: string; by?: string }) => ({
    message: `${a.by ?? '--assert'} ${quote(a.text)} ${a.problem}`,
    hint: 'write a field, an operator (== != <= >= < >) and a value, as in params==128806154 or macs<=8e9',
  })),
  'unknown-field': entry((a: { text: string; field: string; nearest: readonly string[]; by?: string }) => ({
    message: `${a.by ?? '--assert'} ${quote(a.text)}: unknown field ${quote(a.field)}`,
    hint: didYouMean(a.nearest) ?? '--json shows every field',
  })),
  'unknown-convention': entry(
    (a: { name: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `unknown convention ${quote(a.name)}`,
      hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
    }),
  ),
  'bad-printed-number': entry((a: { text: string }) => ({
    message: `${quote(a.text)} is not a number`,
    hint: 'write it as it was printed: 111980544, 138M, 15.47G, 527.8MiB',
  })),
  'check-file-missing': fixed({
    message: 'the budget file does not exist',
    hint: "write one: models: [{arch: vgg11, assert: ['params==128806154']}]; docs/check.md tells more",
  }),
  'check-model-file': entry((a: { file: string; problem: string; hint: string | undefined }) => ({
    message: `${a.file}: ${a.problem}`,
    ...(a.hint !== undefined && { hint: a.hint }),
  })),
  'check-no-models': fixed({
    message: 'the file has no models',
    hint: "add for example models: [{arch: vgg11, assert: ['params==128806154']}]",
  }),
  'check-unknown-key': entry((a: { key: string; known: readonly string[]; nearest: readonly string[] }) => ({
    message: `unknown key ${quote(a.key)}`,
    hint: didYouMean(a.nearest) ?? `there are ${a.known.join(', ')}`,
  })),
  'check-wrong-value': entry((a: { what: string; expected: string; value: unknown }) => ({
    message: `${a.what} must be ${a.expected}, not ${bare(a.value)}`,
  })),
  'check-duplicate-model': entry((a: { name: string; line: number }) => ({
    message: `duplicate model ${quote(a.name)}, first in line ${a.line}`,
    hint: 'remove one of them, or give one another name',
  })),
  'lock-missing': fixed({
    message: 'the lock file does not exist',
    hint: '--update records one',
  }),
  'lock-newer': entry((a: { version: number; known: number }) => ({
    message: `the lock has schema ${a.version}, this version of vgg-inspect reads up to ${a.known}`,
    hint: 'use the version that wrote it, or remove the lock and record it again with --update',
  })),
  'lock-missing-key': entry((a: { what: string; key: string }) => ({
    message: `${a.what} has no ${a.key}`,
    hint: 'remove the lock and record it again with --update',
  })),
  'lock-unknown-key': entry(
    (a: { what: string; key: string; known: readonly string[]; nearest: readonly string[] }) => ({
      message: `${a.what} has no key ${quote(a.key)}`,
      hint: didYouMean(a.nearest) ?? `it has ${a.known.join(', ')}`,
    }),
  ),
  'lock-wrong-value': entry((a: { what: string; expected: string; value: unknown }) => ({
    message: `${a.what} must be ${a.expected}, not ${quote(a.value)}`,
    hint: 'fix it, or remove the lock and record it again with --update',
  })),
};
