// The state of the chain widget as a query string.
import { readNumber, type Wanted } from "../engine/number";
import { unknownKeys } from "../engine/query";

export interface ChainState {
  depth: number; // layers
  weight: number; // of every layer
  bias: number;
  input: number;
  activation: string;
}

export const WANTED: Record<"depth" | "weight" | "bias" | "input", Wanted> = {
  depth: { low: 1, high: 20, whole: true },
  weight: { low: -5, high: 5 },
  bias: { low: -10, high: 10 },
  input: { low: -10, high: 10 },
};

/** What is malformed stays at its default and is named in `refused`, a line each. */
export function read(query: URLSearchParams): { state: ChainState; refused: string[] } {
  const state: ChainState = { depth: 8, weight: 1, bias: 0, input: 1, activation: "sigmoid" };
  const refused = unknownKeys(query, [...Object.keys(WANTED), "activation"]);
  for (const key of ["depth", "weight", "bias", "input"] as const) {
    const text = query.get(key);
    if (text === null) continue;
    const { value, trouble } = readNumber(text, WANTED[key]);
    if (value === null) refused.push(`${key}=${text.slice(0, 40)} is left out: ${trouble}.`);
    else state[key] = value;
  }
  const activation = query.get("activation");
  if (activation !== null && Object.hasOwn(RAVINE.activations, activation)) state.activation = activation;
  else if (activation !== null) refused.push(`activation=${activation.slice(0, 40)} is left out: there is no such activation.`);
  return { state, refused };
}
