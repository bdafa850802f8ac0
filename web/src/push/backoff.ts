/** A random number in [0, 1), as Math.random gives. Passed in, so that a test can hold it still. */
export type Random = () => number;

const FIRST_MS = 500;
const MOST_MS = 30_000;

/**
 * How long to wait before the try after `failures` failures in a row: anything from nothing up to
 * a bound that doubles. The whole range is used, so that many clients that lost a server together
 * do not come back together.
 */
export function backoff(failures: number, random: Random): number {
  return Math.floor(random() * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 30)));
}

/** A time between the two numbers a server advises. */
export function between(
  range: readonly [number, number] | readonly number[],
  random: Random,
): number {
  const [low = 0, high = low] = range;
  return Math.floor(low + random() * Math.max(0, high - low));
}
