// Means and medians as ravine.monitor.series has them; of nothing they are NaN.

export function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : NaN;
}

/** Of those that are numbers. */
export function median(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const half = Math.floor(known.length / 2);
  return known.length === 0 ? NaN : known.length % 2 === 1 ? known[half]! : (known[half - 1]! + known[half]!) / 2;
}

/** The largest; NaN where there is none. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (most > value ? most : value), NaN);
}

/** The smallest of those that are numbers; NaN where there is none. */
export function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => (least < value || Number.isNaN(value) ? least : value), NaN);
}

/** √(Σ v²). */
export function norm(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

const RECENT = 30; // values that a leap is set against
const APART = 5; // values between two leaps
const [HIGH, OUT] = [2, 6]; // times the mean of the recent ones, and their deviations above it, from which on it is a leap

/** How often, in the last half of the values, one stood out of those before it and above `least`. */
export function leaps(values: readonly number[], least: number): number {
  let count = 0;
  let last = -APART;
  for (let place = Math.max(Math.floor(values.length / 2), RECENT); place < values.length; place++) {
    const value = values[place]!;
    if (value < least || place - last < APART) continue;
    const recent = values.slice(place - RECENT, place).sort((a, b) => a - b);
    recent.length = Math.floor((RECENT * 9) / 10); // without the leaps among them
    const middle = mean(recent);
    const deviation = Math.sqrt(mean(recent.map((one) => (one - middle) ** 2)));
    if (value < HIGH * middle || value < middle + OUT * deviation) continue;
    count++;
    last = place;
  }
  return count;
}
