// What is minimised, and its slope at the last sums of the network: the same as PyTorch's cross_entropy and mse_loss.

/** Sum over `n` rows of −log softmax at the target. `d`, where given, takes the slope, times `share`. */
export function crossEntropy(
  z: Float64Array,
  targets: Float64Array,
  n: number,
  classes: number,
  d: Float64Array | null,
  share: number,
): number {
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const at = row * classes;
    let most = z[at]!;
    for (let c = 1; c < classes; c++) if (z[at + c]! > most) most = z[at + c]!;
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(z[at + c]! - most);
    const target = targets[row]!;
    sum += Math.log(total) - (z[at + target]! - most); // in this order a large sum does not swallow the logarithm
    if (d === null) continue;
    for (let c = 0; c < classes; c++) d[at + c] = (share * Math.exp(z[at + c]! - most)) / total;
    d[at + target]! -= share;
  }
  return sum;
}

/** Sum over `n` rows of the squared error of one output. */
export function squaredError(
  z: Float64Array,
  targets: Float64Array,
  n: number,
  d: Float64Array | null,
  share: number,
): number {
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const error = z[row]! - targets[row]!;
    sum += error * error;
    if (d !== null) d[row] = 2 * share * error;
  }
  return sum;
}

/** How many of `n` rows have their largest sum at the target. */
export function hits(z: Float64Array, targets: Float64Array, n: number, classes: number): number {
  let count = 0;
  for (let row = 0; row < n; row++) if (argmax(z, row * classes, classes) === targets[row]) count++;
  return count;
}

/** The place of the largest of `count` numbers from `at`; the first of equals. */
export function argmax(z: Float64Array, at: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (z[at + c]! > z[at + best]!) best = c;
  return best;
}
