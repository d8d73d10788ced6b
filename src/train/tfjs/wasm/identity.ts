import { ownKernel, view, type Kernel, type Tfjs } from './heap.ts';

/**
 * A clone that shares its memory, as on the other backends. The backend's own copies, and tfjs clones every tensor
 * that the backward pass will need.
 */
export const sharingIdentity: Kernel = ({ backend, inputs }) => {
  const x = inputs['x']!;
  backend.incRef(x.dataId);
  return view(x, x.shape);
};

/** A cast to the type that the tensor has already, which derivatives are full of, shares its memory too. */
export function sharingCast(tf: Tfjs): Kernel {
  const own = ownKernel(tf, 'Cast');
  return (call) => (call.inputs['x']!.dtype === call.attrs['dtype'] ? sharingIdentity(call) : own(call));
}
