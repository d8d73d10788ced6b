import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonMistake } from '../../src/text/json-syntax.ts';
import { analyzeSpec, refusal } from '../arch/spec/analyze-spec.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('mistakes in JSON', () => {
  test.each([
    ['{"a": }', 6, "a value is expected here, but there is '}'"],
    ['{"a": 1,}', 8, "a key in double quotes is expected here, but there is '}'"],
    ["{'a': 1}", 1, "a key in double quotes or } is expected here, but there is '''"],
    ['[1, 2', 5, 'a comma or ] is expected here, but the text ends'],
    ['[1 2]', 3, "a comma or ] is expected here, but there is '2'"],
    ['[1] x', 4, "the end is expected here, but there is 'x'"],
    ['[01]', 1, "a value or ] is expected here, but there is '01'"],
    ['[NaN]', 1, "a value or ] is expected here, but there is 'NaN'"],
    ['// no\n[1]', 0, "a value is expected here, but there is '/'"],
    ['["a\nb"]', 1, "a value or ] is expected here, but there is '\"'"],
    ['', 0, 'a value is expected here, but the text ends'],
  ])('%j', (text, offset, problem) => expect(findJsonMistake(text)).toEqual({ offset, problem }));

  test('are found where JSON.parse finds one, and only there', () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom('', ',', '}', ']', '"', '1', '\\', ' ', '\n', 'e', '-'),
      )
      .map(([text, at, cut, put]) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + put + text.slice(from + cut);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        expect(findJsonMistake(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('are placed by line and column', () => {
    expect(refusal('{\n  "input": [1, 8, 8],\n  "layers": ["relu",]\n}', 'net.json')).toBe(
      "net.json:3:21: not valid JSON: a value is expected here, but there is ']'",
    );
  });

  test('that are none in YAML are found all the same', () => {
    const text = '{"input": [1, 8, 8], "layers": [relu]}';
    expect(analyzeSpec(text, 'net.yaml').layers).toHaveLength(1);
    expect(refusal(text, 'net.json')).toMatch(
      /^net.json:1:33: not valid JSON: a value or ] is expected here, but there is 'relu'/,
    );
  });
});

describe('JSON specs', () => {
  test('may be indented with tabs, end lines in any way and escape what they like', () => {
    const text =
      '{\r\n\t"input": [1, 8, 8],\r\n\t"name": "\\u00e9\\/\\ud83d\\ude00",\r\n\t"layers": [\r\n\t\t{"relu": {}}\r\n\t]\r\n}';
    expect(analyzeSpec(text, 'net.json').model.name).toBe('é/😀');
  });

  test('say where a layer does not fit', () => {
    const text =
      '{"input": [1, 8, 8],\n "layers": [\n  {"conv2d": {"out_channels": 4, "kernel_size": 9}}\n]}';
    expect(refusal(text, 'net.json')).toMatch(/^net.json:3:4: conv1: the window of 9×9 pixels/);
  });

  test('may not give a key twice', () => {
    expect(refusal('{"input": [1, 8, 8], "layers": ["relu"], "layers": ["relu"]}', 'net.json')).toMatch(
      /^net.json:1:42: the key 'layers' appears twice/,
    );
  });
});
