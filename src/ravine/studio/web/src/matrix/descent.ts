// Three rules without memory, on a weight of two rows and columns in a ravine: ½ tr(WᵀHW), whose gradient is HW.
// H stretches one direction by `ratio`; the weight begins as far along both, and the minimum is at 0.
import type { MatrixState } from "./state";
import { along, type Matrix, orthogonalized, scaled, signs, singularValues, stretching, sum, times } from "./two_by_two";

export const STEPS = 30;
export const RATE = 0.05; // of the two whose steps have a length of their own

export interface Entrant {
  name: "gradient" | "sign" | "orthogonal";
  title: string;
  step: Matrix; // the first
  values: [number, number]; // its singular values
  path: [strong: number, weak: number][]; // of the weight, along the two directions; from the start on
}

export function gradientAt(weight: Matrix, { ratio, turn }: MatrixState): Matrix {
  return times(stretching(ratio, 1, turn), weight);
}

export function entrants(state: MatrixState): Entrant[] {
  return [
    descent(state, "gradient", "the gradient", 2 / (state.ratio + 1), (gradient) => gradient),
    descent(state, "sign", "the sign of each entry", RATE, signs),
    descent(state, "orthogonal", "orthogonalised", RATE, (gradient) => orthogonalized(gradient, state.passes)),
  ];
}

function descent(state: MatrixState, name: Entrant["name"], title: string, rate: number, rule: (gradient: Matrix) => Matrix): Entrant {
  let weight = stretching(1, 1, state.turn);
  const step = rule(gradientAt(weight, state));
  const path = [along(weight, state.turn)];
  for (let t = 0; t < STEPS; t++) {
    weight = sum(weight, scaled(rule(gradientAt(weight, state)), -rate));
    path.push(along(weight, state.turn));
  }
  return { name, title, step, values: singularValues(step), path };
}
