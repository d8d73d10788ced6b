import { brief, entry, fixed, quote } from './words.ts';

/** Files of networks that other programs wrote. */
export const files = {
  'revision-unknown': entry((a: { revision: string; reason: string }) => ({
    message: `there is no revision ${quote(a.revision)}: ${a.reason}`,
    hint: 'name a branch, a tag or a commit, as in net.yaml@main or net.yaml@HEAD~1',
  })),
  'weights-damaged': entry((a: { format: string; reason: string }) => ({
    message: `is not a file of ${a.format} or is damaged: ${brief(a.reason)}`,
    hint: 'save or download it again; a file of Git LFS is a pointer until `git lfs pull`',
  })),
  'weights-without-network': fixed({
    message: 'holds weights and no network',
    hint: '`vgg-inspect FILE` shows its tensors and whose they are; give the network itself here',
  }),
  'weights-not-read': entry((a: { holds: string; instead: string }) => ({
    message: `holds ${brief(a.holds)}`,
    hint: a.instead,
  })),
  'zip-damaged': entry((a: { reason: string }) => ({
    message: `is not a zip archive or is damaged: ${brief(a.reason)}`,
    hint: 'save or download it again; a file of Git LFS is a pointer until `git lfs pull`',
  })),
  'zip-no-entry': entry((a: { name: string }) => ({
    message: `the archive has no entry ${quote(a.name)}`,
    hint: 'save or download it again',
  })),
  'zip-entry-too-large': entry((a: { name: string; limit: string }) => ({
    message: `the entry ${quote(a.name)} of the archive is larger than ${a.limit}`,
    hint: 'no such file is that large: save or download it again',
  })),
  'pt2-damaged': entry((a: { reason: string }) => ({
    message: `is no program of torch.export or is damaged: ${quote(a.reason).slice(1, -1)}`,
    hint: 'save it again with torch.export.save',
  })),
  'pt2-version': entry((a: { version: string; known: string }) => ({
    message: `its schema has version ${quote(a.version).slice(1, -1)}, and ${a.known} is read`,
    hint: 'save it again with PyTorch 2.13, or look for a newer vgg-inspect',
  })),
  'pt2-unknown-operator': entry((a: { operator: string; problem: string }) => ({
    message: `${quote(a.operator).slice(1, -1)} ${a.problem}`,
    hint: 'give the network as PyTorch source or as ONNX, where operators that are not known are listed',
  })),
  'pt2-bad-node': entry((a: { operator: string; problem: string }) => ({
    message: `${quote(a.operator).slice(1, -1)}: ${quote(a.problem).slice(1, -1)}`,
    hint: 'save it again with torch.export.save; if this stays, give the network as PyTorch source or as ONNX',
  })),
  'pt2-input': entry((a: { input: string; problem: string }) => ({
    message: `the input ${quote(a.input)} ${a.problem}`,
    hint: 'leave --input and --batch out, or export it with dynamic_shapes',
  })),
  'onnx-damaged': entry((a: { reason: string; at: number }) => ({
    message: `is no ONNX file or is damaged: ${a.reason} (byte ${a.at})`,
    hint: 'export or download it again; a file of Git LFS is a pointer until `git lfs pull`',
  })),
  'onnx-empty': fixed({
    message: 'has no graph in it',
    hint: 'an ONNX file that holds a model is wanted, not one of tensors',
  }),
  'onnx-no-input': fixed({
    message: 'the network takes no input',
    hint: 'export it with the images as an input',
  }),
  'onnx-no-output': fixed({
    message: 'the network gives nothing that depends on its input',
    hint: 'export it with its scores as an output',
  }),
  'onnx-open-size': entry((a: { input: string; size: string; sizes: string; example: string }) => ({
    message: `the input ${quote(a.input)} leaves its size ${quote(a.size)} open: ${a.sizes}`,
    hint: `say it, as in --input ${a.example}`,
  })),
  'onnx-fixed-batch': entry((a: { batch: number; asked: number; reason: string }) => ({
    message: `is of a network with a batch of ${a.batch} in its sizes, which does not run with ${a.asked}: ${a.reason}`,
    hint: "leave --batch out, or export it with an open batch: torch.onnx's dynamic_axes",
  })),
  'onnx-bad-input': entry((a: { input: string; problem: string }) => ({
    message: `the input ${quote(a.input)} ${a.problem}`,
    hint: 'inputs are tensors of numbers whose first axis is the batch',
  })),
  'onnx-unknown-value': entry((a: { operator: string; value: string }) => ({
    message: `${quote(a.operator).slice(1, -1)} reads ${quote(a.value)}, which nothing before it gives`,
    hint: 'the file is damaged or its nodes are out of order: onnx.checker.check_model says more',
  })),
  'onnx-value-twice': entry((a: { value: string }) => ({
    message: `two things in the file are called ${quote(a.value)}`,
    hint: 'the file is damaged: onnx.checker.check_model says more',
  })),
  'onnx-unknown-operator': entry((a: { operator: string; domain: string }) => ({
    message: `what the operator ${quote(a.operator)}${a.domain === '' ? '' : ` of ${quote(a.domain)}`} gives is not known`,
    hint: 'write the shapes into the file first: onnx.shape_inference.infer_shapes, or symbolic_shape_infer of onnxruntime',
  })),
  'onnx-bad-node': entry((a: { operator: string; problem: string }) => ({
    message: `${quote(a.operator).slice(1, -1)} ${a.problem}`,
    hint: 'onnx.checker.check_model with full_check=True says whether the file is right',
  })),
  'onnx-old': entry((a: { opset: number; least: number }) => ({
    message: `has operators of version ${a.opset}, and versions from ${a.least} on are read`,
    hint: `convert it: onnx.version_converter.convert_version(model, ${a.least + 7})`,
  })),
  'onnx-too-deep': entry((a: { limit: number }) => ({
    message: `has graphs nested more than ${a.limit} deep`,
    hint: 'export it with constant conditions folded',
  })),
};
