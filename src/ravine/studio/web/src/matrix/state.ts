// The state of the matrix widget as a query string.
import { readNumber, type Wanted } from "../engine/number";
import { unknownKeys } from "../engine/query";

export interface MatrixState {
  ratio: number; // of the gradient's singular values
  turn: number; // of the strong direction, in degrees
  passes: number; // of Newton-Schulz
}

export const WANTED: Record<keyof MatrixState, Wanted> = {
  ratio: { low: 1, high: 100 },
  turn: { low: 0, high: 90 },
  passes: { low: 0, high: 5, whole: true },
};

/** What is malformed stays at its default and is named in `refused`, a line each. */
export function read(query: URLSearchParams): { state: MatrixState; refused: string[] } {
  const state: MatrixState = { ratio: 10, turn: 30, passes: 5 };
  const refused = unknownKeys(query, Object.keys(WANTED));
  for (const key of ["ratio", "turn", "passes"] as const) {
    const text = query.get(key);
    if (text === null) continue;
    const { value, trouble } = readNumber(text, WANTED[key]);
    if (value === null) refused.push(`${key}=${text.slice(0, 40)} is left out: ${trouble}.`);
    else state[key] = value;
  }
  return { state, refused };
}
