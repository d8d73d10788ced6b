import { VggError } from '../../../core/errors/error.ts';

export const damaged = (reason: string): VggError =>
  new VggError('weights-damaged', { format: 'PyTorch', reason });

/** What is in the file in place of a state dict, and what to save instead. */
export const notRead = (holds: string, instead: string): VggError =>
  new VggError('weights-not-read', { holds, instead });

export const SAVE_STATE_DICT = 'save its weights alone: torch.save(model.state_dict(), "weights.pth")';
