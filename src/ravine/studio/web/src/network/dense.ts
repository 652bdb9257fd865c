// The three products of a dense layer over a few rows, row-major, in blocks of eight so that a number that is read serves
// several sums, and these do not wait for one another. `n` rows; a weight matrix is outputs × inputs, as PyTorch's.

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
  const pairs = n - (n % 2);
  const whole = outputs - (outputs % 4);
  for (let row = 0; row < pairs; row += 2) {
    const x0 = row * inputs;
    const x1 = x0 + inputs;
    const to0 = row * outputs;
    const to1 = to0 + outputs;
    for (let o = 0; o < whole; o += 4) {
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      let s00 = b[o]!;
      let s01 = b[o + 1]!;
      let s02 = b[o + 2]!;
      let s03 = b[o + 3]!;
      let s10 = s00;
      let s11 = s01;
      let s12 = s02;
      let s13 = s03;
      for (let i = 0; i < inputs; i++) {
        const u = x[x0 + i]!;
        const v = x[x1 + i]!;
        const p = w[w0 + i]!;
        const q = w[w1 + i]!;
        const r = w[w2 + i]!;
        const s = w[w3 + i]!;
        s00 += u * p;
        s01 += u * q;
        s02 += u * r;
        s03 += u * s;
        s10 += v * p;
        s11 += v * q;
        s12 += v * r;
        s13 += v * s;
      }
      out[to0 + o] = s00;
      out[to0 + o + 1] = s01;
      out[to0 + o + 2] = s02;
      out[to0 + o + 3] = s03;
      out[to1 + o] = s10;
      out[to1 + o + 1] = s11;
      out[to1 + o + 2] = s12;
      out[to1 + o + 3] = s13;
    }
  }
  for (let row = 0; row < n; row++)
    for (let o = row < pairs ? whole : 0; o < outputs; o++) {
      let sum = b[o]!;
      const from = row * inputs;
      const w0 = o * inputs;
      for (let i = 0; i < inputs; i++) sum += x[from + i]! * w[w0 + i]!;
      out[row * outputs + o] = sum;
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
  const pairs = outputs - (outputs % 2);
  for (let row = 0; row < whole; row += 4) {
    const x0 = row * inputs;
    const x1 = x0 + inputs;
    const x2 = x1 + inputs;
    const x3 = x2 + inputs;
    for (let o = 0; o < pairs; o += 2) {
      const a0 = d[row * outputs + o]!;
      const b0 = d[row * outputs + o + 1]!;
      const a1 = d[(row + 1) * outputs + o]!;
      const b1 = d[(row + 1) * outputs + o + 1]!;
      const a2 = d[(row + 2) * outputs + o]!;
      const b2 = d[(row + 2) * outputs + o + 1]!;
      const a3 = d[(row + 3) * outputs + o]!;
      const b3 = d[(row + 3) * outputs + o + 1]!;
      db[o]! += a0 + a1 + a2 + a3;
      db[o + 1]! += b0 + b1 + b2 + b3;
      const to = o * inputs;
      const next = to + inputs;
      for (let i = 0; i < inputs; i++) {
        const p = x[x0 + i]!;
        const q = x[x1 + i]!;
        const r = x[x2 + i]!;
        const s = x[x3 + i]!;
        dw[to + i]! += a0 * p + a1 * q + a2 * r + a3 * s;
        dw[next + i]! += b0 * p + b1 * q + b2 * r + b3 * s;
      }
    }
  }
  for (let row = 0; row < n; row++)
    for (let o = row < whole ? pairs : 0; o < outputs; o++) {
      const slope = d[row * outputs + o]!;
      const to = o * inputs;
      const from = row * inputs;
      db[o]! += slope;
      for (let i = 0; i < inputs; i++) dw[to + i]! += slope * x[from + i]!;
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
  const pairs = n - (n % 2);
  const whole = outputs - (outputs % 4);
  dx.fill(0, 0, n * inputs);
  for (let row = 0; row < pairs; row += 2) {
    const to0 = row * inputs;
    const to1 = to0 + inputs;
    for (let o = 0; o < whole; o += 4) {
      const a = row * outputs + o;
      const b = a + outputs;
      const a0 = d[a]!;
      const a1 = d[a + 1]!;
      const a2 = d[a + 2]!;
      const a3 = d[a + 3]!;
      const b0 = d[b]!;
      const b1 = d[b + 1]!;
      const b2 = d[b + 2]!;
      const b3 = d[b + 3]!;
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      for (let i = 0; i < inputs; i++) {
        const p = w[w0 + i]!;
        const q = w[w1 + i]!;
        const r = w[w2 + i]!;
        const s = w[w3 + i]!;
        dx[to0 + i]! += a0 * p + a1 * q + a2 * r + a3 * s;
        dx[to1 + i]! += b0 * p + b1 * q + b2 * r + b3 * s;
      }
    }
  }
  for (let row = 0; row < n; row++)
    for (let o = row < pairs ? whole : 0; o < outputs; o++) {
      const slope = d[row * outputs + o]!;
      const to = row * inputs;
      const w0 = o * inputs;
      for (let i = 0; i < inputs; i++) dx[to + i]! += slope * w[w0 + i]!;
    }
}
