import { borderLayer } from './shared/border-layer.ts';

/** A border that repeats the last pixel. Source: torch.nn.ReplicationPad1d, ReplicationPad2d, ReplicationPad3d. */
export const replicationpad1d = borderLayer('replicationpad1d', 1, 'replicate');
export const replicationpad2d = borderLayer('replicationpad2d', 2, 'replicate');
export const replicationpad3d = borderLayer('replicationpad3d', 3, 'replicate');
