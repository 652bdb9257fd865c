// When a training is looked at, as ravine.monitor.interval: often at first, then ever less.
const DENSE = 16; // looks are at least this many to a doubling of the steps, roughly
const LONGEST = 100; // steps between two looks

/** The step of the next look, after one at `step`. */
export function nextLook(step: number): number {
  return step + Math.max(1, Math.min(Math.floor(step / DENSE), LONGEST));
}
