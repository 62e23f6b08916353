/** Seconds. Longer than any attempt, so a worker that holds a delivery longer has died. */
export const LEASE = 60;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds from each failed attempt to the next. The first attempt is made at once. */
const DELAYS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
/** Varies each delay by up to this share, so that concurrent failures are not retried together. */
const SPREAD = 0.2;
const LONGEST_RETRY_AFTER = 24 * HOUR;

/**
 * @param attempts made so far
 * @param retryAfter seconds that the target requested
 * @returns seconds to the next attempt, or undefined after the last one
 */
export function delayAfter(
  attempts: number,
  retryAfter = 0,
  random: () => number = Math.random,
): number | undefined {
  const delay = DELAYS[attempts - 1];
  if (delay === undefined) return undefined;
  const spread = delay * (1 + SPREAD * (2 * random() - 1));
  return Math.max(spread, Math.min(retryAfter, LONGEST_RETRY_AFTER));
}

/**
 * RFC 9110 section 10.2.3: seconds, or a date.
 *
 * @param now milliseconds since the epoch
 * @returns seconds, or undefined when the header is missing or cannot be read
 */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^[0-9]{1,10}$/.test(header)) return Number(header);
  const date = header.endsWith(' GMT') ? Date.parse(header) : NaN; // '-5' would be a date
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1_000);
}
