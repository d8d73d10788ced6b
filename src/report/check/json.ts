import type { CheckResult } from '../../check/lock/check-result.ts';
import { jsonText } from '../formats/json.ts';

/** The result as it is. */
export const check = (result: CheckResult): string => jsonText(result);
