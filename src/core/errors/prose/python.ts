import { entry } from './words.ts';

/** Python source: its syntax, what it raises, its limits. */
export const python = {
  'python-syntax': entry((a: { problem: string }) => ({ message: a.problem })),
  'python-exception': entry((a: { type: string; message: string; trace: readonly string[] }) => ({
    message: a.message === '' ? a.type : `${a.type}: ${a.message}`,
    ...(a.trace.length > 0 && { hint: `called from ${a.trace.join(', from ')}` }),
  })),
  'python-limit': entry((a: { problem: string }) => ({
    message: a.problem,
    hint: 'source is read within limits of time and memory; make it smaller, or save the network with torch.export.save and give the .pt2',
  })),
  'python-unknown-import': entry((a: { name: string }) => ({
    message: `module ${a.name} not found`,
    hint: 'name the folder that has it with --path, or save the network with torch.export.save and give the .pt2',
  })),
  'python-unknown-name': entry((a: { module: string; name: string }) => ({
    message: `${a.module}.${a.name} is not known here`,
    hint: 'save the network with torch.export.save and give the .pt2',
  })),
};
