/** A GPU as its data sheet describes it; dense rates, without sparsity. */
export interface Device {
  readonly name: string;
  /** Bytes that a program can use; null where it is shared with the processor and differs from machine to machine. */
  readonly memoryBytes: number | null;
  /** Undefined for a mere amount of memory, of which no time can be said. */
  readonly speed?: DeviceSpeed;
  /** Of the last cache before the memory, bytes, where it is published. */
  readonly l2Bytes?: number;
  /** Where the figures come from. */
  readonly source: string;
}

export interface DeviceSpeed {
  /** 10^12 floating-point operations a second. */
  readonly tflops: {
    readonly float32: number;
    /** What PyTorch's convolutions use for float32 where the device has it. */
    readonly tf32?: number | undefined;
    /** float16 and bfloat16 with float32 accumulation. */
    readonly float16?: number | undefined;
  };
  /** 10^9 bytes a second. */
  readonly bandwidth: number;
}
