import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { readPython } from '../../../src/read/torch/read.ts';
import { parser } from '../python/loaded.ts';

const folder = new URL('../../../fixtures/torch/', import.meta.url);
const programs = readdirSync(folder).filter((name) => name.endsWith('.py'));

interface Facts {
  readonly input: readonly (readonly number[])[];
  readonly params: number;
  readonly trainableParams: number;
  readonly buffers: number;
  readonly macs: number;
  readonly output: readonly number[];
  readonly leaves: readonly (readonly [string, readonly number[]])[];
  readonly printed: string;
}
const recorded = JSON.parse(readFileSync(new URL('facts.json', folder), 'utf8')) as Record<string, Facts>;

function read(text: string, given: Partial<Parameters<typeof readPython>[0]> = {}) {
  let printed = '';
  const graph = readPython({ parser, text, file: 'net.py', print: (part) => (printed += part), ...given });
  return { graph, printed };
}

describe('programs give what PyTorch counts and prints', () => {
  test('each has its facts', () => {
    expect(Object.keys(recorded).toSorted()).toEqual(
      programs.map((name) => name.replace('.py', '')).toSorted(),
    );
  });

  test.each(programs)('%s', (name) => {
    const facts = recorded[name.replace('.py', '')]!;
    const sizes = facts.input[0]!;
    const { graph, printed } = read(readFileSync(new URL(name, folder), 'utf8'), {
      ...(name === 'residual.py' && { input: [{ sizes, batch: sizes[0]! }] as never }),
    });
    const analysis = analyze(graph, { input: sizes });
    const { params, trainableParams, buffers, macs } = analysis.totals;
    expect({ params, trainableParams, buffers, macs }).toEqual({
      params: facts.params,
      trainableParams: facts.trainableParams,
      buffers: facts.buffers,
      macs: facts.macs,
    });
    const shapes = new Map(analysis.layers.map(({ path, outputShape }) => [path, outputShape]));
    expect(shapes.get(graph.outputs[0]!)).toEqual(facts.output);
    // Modules that do nothing, and attention's output layer inside of it, are no layers of their own.
    const there = facts.leaves.filter(([path]) => shapes.has(path));
    expect(there.length).toBeGreaterThan(facts.leaves.length / 2);
    for (const [path, shape] of there) {
      const shown = [...shapes].filter(([one]) => one === path || one.startsWith(`${path}_`));
      expect(shown.map(([, found]) => found)).toContainEqual(shape);
    }
    expect(printed).toBe(facts.printed);
  });
});

const net = (body: string, init = '') => `import torch
from torch import nn
import torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        ${init}
    def forward(self, x):
        ${body}
`;
const image = [{ sizes: [1, 3, 16, 16] }] as never;

describe('what cannot be concluded from shapes stops, with its place', () => {
  test.each([
    ['if x.sum() > 0: return self.conv(x)', /^net\.py:10:\d+: .*torch\.gt/],
    ['return self.conv(x) * x.mean().item()', /^net\.py:10:\d+: \.item\(\) needs values that only a run has/],
    ['return F.no_such_function(x)', /^net\.py:10:\d+: torch\.nn\.functional\.no_such_function is not known/],
    [
      'return F.conv2d(x, self.conv.weight * 2)',
      /^net\.py:10:\d+: .*conv2d with a computed weight is not read/,
    ],
    ['return self.conv(x.view(4, -1))', /^net\.py:10:\d+/],
    [
      'return F.conv2d(x, self.kernel)',
      /^net\.py:10:\d+: conv2d with a buffer as its weight is not read/,
      'self.register_buffer("kernel", torch.ones(3, 3, 3, 3))',
    ],
    ['x[0] = 1; return self.conv(x)', /^net\.py:10:\d+: an assignment to a part of a tensor is not read/],
    ['return self.conv(x).tolist()', /^net\.py/],
    ['return 5', /^net\.py: the network gives no tensor, but int/],
    ['return self.conv(x).detach()', /^net\.py:10:\d+: Tensor\.detach in a forward pass is not read/],
    [
      'with torch.no_grad(): return self.conv(x)',
      /^net\.py:10:\d+: torch\.no_grad in a forward pass is not read/,
    ],
    [
      'y, _ = self.lstm(x.flatten(2)[:, :, :8], (x[:, 0, :1, :8].transpose(0, 1), x[:, 0, :1, :8].transpose(0, 1))); return y',
      /^net\.py:10:\d+|nn\.LSTM from a state that is not zero is not read/,
      'self.lstm = nn.LSTM(8, 8)',
    ],
    ['return F.max_pool2d(x, 2, return_indices=True)', /^net\.py:10:\d+: TypeError: .*return_indices/],
    [
      'return self.conv(x)',
      /nn\.MaxPool2d with return_indices=True is not read/,
      'self.pool = nn.MaxPool2d(2, return_indices=True)',
    ],
    ['return self.conv(x).data', /^net\.py:10:\d+: Tensor\.data in a forward pass is not read/],
    ['return self.conv(x).half()', /^net\.py:10:\d+: a conversion of float32 to float16 is not read/],
    ['return torch.no_such(x)', /^net\.py:10:\d+: torch\.no_such is not known here/],
  ] as [string, RegExp, string?][])('%s', (body, line, init) => {
    expect(() => read(net(body, init), { input: image })).toThrow(
      expect.objectContaining({ line: expect.stringMatching(line) as string }) as Error,
    );
  });
});

describe('which network of a file is meant', () => {
  const two = `${net('return self.conv(x)')}\na, b = Net(), Net()\n`;
  const line = (text: string, given = {}) => {
    try {
      read(text, given);
      return 'read';
    } catch (error) {
      return (error as { line: string }).line;
    }
  };

  test('several are listed', () =>
    expect(line(two)).toMatch(/^net\.py: has several networks: a, b \(say which/));
  test('an expression says which', () => expect(line(two, { expression: 'b', input: image })).toBe('read'));
  test('no network', () =>
    expect(line('x = 1\n')).toBe(
      'net.py: has no nn.Module (say how it is built, as in "net.py:Net(num_classes=10)")',
    ));
  test('of another type', () =>
    expect(line('x = 1\n', { expression: 'x' })).toMatch(/^net\.py: x is of type int, not an nn\.Module/));
  test('no size', () =>
    expect(line(net('return self.conv(x)'))).toBe(
      'net.py: the size of x is not known (say it, as in --input 1x3x224x224)',
    ));
  test('a class that needs nothing', () =>
    expect(line(net('return self.conv(x)'), { input: image })).toBe('read'));
});

test('a bare linear layer keeps its path, functions count up inside their module', () => {
  const { graph } = read(net('x = F.relu(self.conv(x)); return F.relu(x + 1)'), { input: image });
  expect(graph.nodes.map(({ path }) => path)).toEqual(['conv', 'relu', 'add', 'relu_1']);
});

test('what only training runs is marked', () => {
  const { graph } = read(
    net(
      'y = self.conv(x)\n        return (y, self.aux(y)) if self.training else y',
      'self.aux = nn.Conv2d(8, 2, 1)',
    ),
    { input: image },
  );
  expect(graph.nodes.map(({ path, trainingOnly }) => [path, trainingOnly])).toEqual([
    ['conv', undefined],
    ['aux', true],
  ]);
});

test('weights that no layer uses are counted', () => {
  const { graph } = read(net('return self.conv(x)', 'self.spare = nn.Linear(10, 10)'), { input: image });
  expect(analyze(graph, {}).totals.params).toBe(3 * 8 * 9 + 8 + 110);
});

test('a module that is called twice is counted once', () => {
  const { graph } = read(net('return self.same(self.same(self.conv(x)))', 'self.same = nn.Conv2d(8, 8, 1)'), {
    input: image,
  });
  expect(analyze(graph, {}).totals.params).toBe(3 * 8 * 9 + 8 + 72);
});

test('what happens to a copy in place is not seen by the original', () => {
  const { graph } = read(
    net('x = self.conv(x)\n        y = x.clone()\n        y += 1\n        return x * y'),
    { input: image },
  );
  expect(graph.nodes.map(({ path, inputs }) => [path, inputs])).toEqual([
    ['conv', ['@input']],
    ['add', ['conv']],
    ['mul', ['conv', 'add']],
  ]);
});

test('training around the network is passed over', () => {
  const text = `${net('return self.conv(x)')}
import matplotlib.pyplot as plt
from torch.utils.data import DataLoader
net = Net()
loss, trainer = nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.1)
total = 0
for X, y in DataLoader([], batch_size=4):
    total += loss(net(X), y) / 2
l = loss(net(torch.rand(4, 3, 16, 16)), torch.zeros(4))
l.backward()
trainer.step()
print(f'loss {total}')
plt.plot([l * 2])
`;
  const { graph, printed } = read(text);
  expect(graph.inputs[0].shape).toEqual([3, 16, 16]);
  expect(printed).toBe('loss 0\n');
});

test('the largest along a dimension, and where it is', () => {
  const { graph } = read(
    net('values, places = self.conv(x).max(dim=1)\n        return values.unsqueeze(1)'),
    { input: image },
  );
  expect(graph.nodes.map(({ path, kind }) => [path, kind])).toEqual([
    ['conv', 'conv2d'],
    ['max', 'max'],
    ['unsqueeze', 'unsqueeze'],
  ]);
});

test('patches and back', () => {
  const body = 'y = F.unfold(self.conv(x), 2, stride=2)\n        return F.fold(y, (14, 14), 2, stride=2)';
  const { graph } = read(net(body), { input: image });
  expect(analyze(graph, {}).layers.at(-1)).toMatchObject({ path: 'fold', outputShape: [1, 8, 14, 14] });
});

test('a normalization that its network keeps in eval() is not taken for one that trains', () => {
  const text = `${net('return self.norm(self.conv(x))', 'self.norm = nn.BatchNorm2d(8)')}
    def train(self, mode=True):
        super().train(mode)
        self.norm.eval()
        return self
`;
  expect(() => read(text, { input: image })).toThrow(/nn\.BatchNorm2d in eval\(\) while the network trains/);
});

test('a hook that was removed does not run', () => {
  const text = `${net('return self.conv(x)')}
net = Net()
handle = net.register_forward_hook(lambda module, given, result: print('hooked'))
net(torch.zeros(1, 3, 16, 16))
handle.remove()
`;
  expect(read(text).printed).toBe('hooked\n');
});
