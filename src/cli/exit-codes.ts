/** What the process ends with. */
export const exitCodes = {
  fine: 0,
  /** An assertion or a budget does not hold. */
  assertionFailed: 1,
  /** The command line or an input file is wrong. */
  usage: 2,
  /** A check of a training run does not hold. */
  checkFailed: 3,
  /** A fault of the program itself. */
  internal: 70,
  interrupted: 130,
} as const;
