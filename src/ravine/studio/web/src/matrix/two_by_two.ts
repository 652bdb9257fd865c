// Matrices of two rows and two columns, as what they do to a step: written row by row, [a, b, c, d].
export type Matrix = readonly [number, number, number, number];

export function times([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

export function scaled([a, b, c, d]: Matrix, by: number): Matrix {
  return [by * a, by * b, by * c, by * d];
}

export function sum([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a + e, b + f, c + g, d + h];
}

export function transposed([a, b, c, d]: Matrix): Matrix {
  return [a, c, b, d];
}

/** R·diag(strong, weak)·Rᵀ: stretches the direction at the angle `turn`, in degrees, and the one square to it. */
export function stretching(strong: number, weak: number, turn: number): Matrix {
  const [c, s] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const across = (strong - weak) * c * s;
  return [strong * c * c + weak * s * s, across, across, strong * s * s + weak * c * c];
}

/** How far a matrix carries along the direction at `turn`, and along the one square to it. */
export function along(matrix: Matrix, turn: number): [strong: number, weak: number] {
  const [strong, , , weak] = times(times(rotation(-turn), matrix), rotation(turn));
  return [strong, weak];
}

/** The longer and the shorter half axis of what it makes of a circle. */
export function singularValues([a, b, c, d]: Matrix): [larger: number, smaller: number] {
  const [turns, stretches] = [Math.hypot((a + d) / 2, (c - b) / 2), Math.hypot((a - d) / 2, (c + b) / 2)];
  return [turns + stretches, Math.abs(turns - stretches)];
}

/** The first `passes` passes of `orthogonalize`, as ravine/backends/newton_schulz.py has them; none: the division alone. */
export function orthogonalized(matrix: Matrix, passes: number): Matrix {
  const { coefficients, eps } = RAVINE.newtonSchulz;
  const [a, b, c] = coefficients;
  let x = scaled(matrix, 1 / Math.max(Math.hypot(...matrix), eps));
  for (let i = 0; i < passes; i++) {
    const gram = times(x, transposed(x));
    x = sum(scaled(x, a), times(sum(scaled(gram, b), scaled(times(gram, gram), c)), x));
  }
  return x;
}

export function signs([a, b, c, d]: Matrix): Matrix {
  return [Math.sign(a), Math.sign(b), Math.sign(c), Math.sign(d)];
}

function rotation(degrees: number): Matrix {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c, -s, s, c];
}
