/** What weights and activations are stored as; `amp` is float32 with autocast to a lower precision. */
export type Dtype = 'float32' | 'float16' | 'bfloat16' | 'amp';
