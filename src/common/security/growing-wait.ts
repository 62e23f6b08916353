/** Consecutive failures without a wait. Each further one doubles the wait, from one second on. */
const FREE_FAILURES = 4;

/**
 * SQL for the wait after a failure. The exponent is bounded first: power() would overflow.
 *
 * @param failures a column with the number of the failures before
 */
export function growingWait(failures: string, longestSeconds: number): string {
  return `CASE WHEN ${failures} < ${FREE_FAILURES} THEN interval '0'
    ELSE least(power(2, least(${failures} - ${FREE_FAILURES}, 20)), ${longestSeconds})
      * interval '1 s' END`;
}
