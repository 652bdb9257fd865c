// The three products of a dense layer over a few rows, row-major, four at a time so that sums do not wait for one
// another. `n` rows; a weight matrix is outputs × inputs, as PyTorch's.

/** out = x wᵀ + b. */
export function forward(
  x: Float64Array,
  w: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  inputs: number,
  outputs: number,
): void {
  const whole = outputs - (outputs % 4);
  for (let row = 0; row < n; row++) {
    const from = row * inputs;
    const to = row * outputs;
    for (let o = 0; o < whole; o += 4) {
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      let s0 = b[o]!;
      let s1 = b[o + 1]!;
      let s2 = b[o + 2]!;
      let s3 = b[o + 3]!;
      for (let i = 0; i < inputs; i++) {
        const value = x[from + i]!;
        s0 += value * w[w0 + i]!;
        s1 += value * w[w1 + i]!;
        s2 += value * w[w2 + i]!;
        s3 += value * w[w3 + i]!;
      }
      out[to + o] = s0;
      out[to + o + 1] = s1;
      out[to + o + 2] = s2;
      out[to + o + 3] = s3;
    }
    for (let o = whole; o < outputs; o++) {
      let sum = b[o]!;
      const w0 = o * inputs;
      for (let i = 0; i < inputs; i++) sum += x[from + i]! * w[w0 + i]!;
      out[to + o] = sum;
    }
  }
}

/** dw += dᵀ x and db += the sum of d's rows. */
export function addGradient(
  d: Float64Array,
  x: Float64Array,
  dw: Float64Array,
  db: Float64Array,
  n: number,
  inputs: number,
  outputs: number,
): void {
  const whole = n - (n % 4);
  for (let o = 0; o < outputs; o++) {
    const to = o * inputs;
    let bias = 0;
    for (let row = 0; row < whole; row += 4) {
      const at = row * outputs + o;
      const d0 = d[at]!;
      const d1 = d[at + outputs]!;
      const d2 = d[at + 2 * outputs]!;
      const d3 = d[at + 3 * outputs]!;
      bias += d0 + d1 + d2 + d3;
      const x0 = row * inputs;
      const x1 = x0 + inputs;
      const x2 = x1 + inputs;
      const x3 = x2 + inputs;
      for (let i = 0; i < inputs; i++)
        dw[to + i]! += d0 * x[x0 + i]! + d1 * x[x1 + i]! + d2 * x[x2 + i]! + d3 * x[x3 + i]!;
    }
    for (let row = whole; row < n; row++) {
      const d0 = d[row * outputs + o]!;
      bias += d0;
      const x0 = row * inputs;
      for (let i = 0; i < inputs; i++) dw[to + i]! += d0 * x[x0 + i]!;
    }
    db[o]! += bias;
  }
}

/** dx = d w. */
export function backward(
  d: Float64Array,
  w: Float64Array,
  dx: Float64Array,
  n: number,
  inputs: number,
  outputs: number,
): void {
  const whole = outputs - (outputs % 4);
  for (let row = 0; row < n; row++) {
    const to = row * inputs;
    const from = row * outputs;
    for (let i = 0; i < inputs; i++) dx[to + i] = 0;
    for (let o = 0; o < whole; o += 4) {
      const d0 = d[from + o]!;
      const d1 = d[from + o + 1]!;
      const d2 = d[from + o + 2]!;
      const d3 = d[from + o + 3]!;
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      for (let i = 0; i < inputs; i++)
        dx[to + i]! += d0 * w[w0 + i]! + d1 * w[w1 + i]! + d2 * w[w2 + i]! + d3 * w[w3 + i]!;
    }
    for (let o = whole; o < outputs; o++) {
      const d0 = d[from + o]!;
      const w0 = o * inputs;
      for (let i = 0; i < inputs; i++) dx[to + i]! += d0 * w[w0 + i]!;
    }
  }
}
