/** Where onnxruntime runs a graph: one of its execution providers. */
export const deviceNames = ['cpu', 'webgpu'] as const;
export type DeviceName = (typeof deviceNames)[number];
