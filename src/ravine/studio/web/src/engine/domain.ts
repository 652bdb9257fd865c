// The rectangle over which a formula is drawn: which ends it may have.
import type { Wanted } from "./number";

/** [x from, x to, y from, y to] */
export type Ends = [number, number, number, number];

const FAR = 1e6; // beyond, single precision tells too few points apart
const NARROWEST = 1e-4; // of an end's distance from 0, for the same reason

export const USUAL: Ends = [-2, 2, -2, 2];

/** What the end number `i` has to be beside the three others. */
export function endWanted(ends: Ends, i: number): Wanted {
  const [lower, other] = [i % 2 === 0, ends[i ^ 1]!];
  const wanted: Wanted = lower ? { low: -FAR, high: other, holdsHigh: false } : { low: other, high: FAR, holdsLow: false };
  const least = (value: number) => Math.max(NARROWEST * Math.max(Math.abs(value), Math.abs(other)), 1e-9);
  return {
    ...wanted,
    also: (value) => (Math.abs(value - other) < least(value) ? `from ${lower ? value : other} to ${lower ? other : value} there is too little to draw` : null),
  };
}
