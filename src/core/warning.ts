/** Advice beside a result: nothing is wrong, but a careful colleague would say it. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
