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
