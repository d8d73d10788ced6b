import { entry } from './words.ts';

const otherWay = 'save the network with torch.export.save and give the .pt2';

/** PyTorch source: networks that are not found, and what cannot be concluded from shapes. */
export const torch = {
  'torch-type': entry((a: { kind: string; type: string }) => ({
    message: `${a.kind} of ${a.type} is not read`,
    hint: otherWay,
  })),
  'torch-weights': entry((a: { names: readonly string[] }) => ({
    message: `a layer whose weights belong to several others (${a.names.join(', ')}) is not read`,
    hint: otherWay,
  })),
  'torch-computed-weight': entry((a: { name: string; weight: string }) => ({
    message: `${a.name} with a computed ${a.weight} is not read`,
    hint: otherWay,
  })),
  'torch-buffer-weight': entry((a: { kind: string; weight: string }) => ({
    message: `${a.kind} with a buffer as its ${a.weight} is not read`,
    hint: otherWay,
  })),
  'torch-needs-data': entry((a: { what: string }) => ({
    message: `${a.what} needs values that only a run has`,
    hint: otherWay,
  })),
  'torch-unknown': entry((a: { name: string }) => ({
    message: `${a.name} is not read`,
    hint: otherWay,
  })),
  'torch-not-a-network': entry((a: { expression: string; type: string }) => ({
    message: `${a.expression} is of type ${a.type}, not an nn.Module`,
    hint: 'give an expression that builds the network, as in model.py:Net(num_classes=10)',
  })),
  'torch-several-networks': entry((a: { names: readonly string[]; file: string }) => ({
    message: `has several networks: ${a.names.join(', ')}`,
    hint: `say which, as in ${a.file}:${a.names[0]}`,
  })),
  'torch-no-network': entry((a: { names: readonly string[]; file: string }) => ({
    message:
      a.names.length === 0
        ? 'has no nn.Module'
        : `has no network that is built without arguments: ${a.names.join(', ')}`,
    hint: `say how it is built, as in "${a.file}:${a.names[0] ?? 'Net'}(num_classes=10)"`,
  })),
  'torch-no-input': entry((a: { name: string; several: boolean }) => ({
    message: `the size of ${a.name} is not known`,
    hint: `say it, as in --input ${a.several ? `${a.name}=` : ''}1x3x224x224`,
  })),
  'torch-no-output': entry((a: { type: string }) => ({
    message: `the network gives no tensor, but ${a.type}`,
    hint: 'forward must return what the network gives',
  })),
};
