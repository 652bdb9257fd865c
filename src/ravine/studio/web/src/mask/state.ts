// The state of the mask widget as a query string.
import { readNumber, type Wanted } from "../engine/number";
import { unknownKeys } from "../engine/query";

export interface MaskState {
  p: number;
  meaning: "drop" | "keep"; // what p is the probability of
  scaled: boolean; // whether what is kept is divided by the share that is kept
  training: boolean;
  seed: number;
}

export const WANTED: Wanted = { low: 0, high: 1 };
const SEED: Wanted = { low: 0, high: 2 ** 32 - 1, whole: true };

/** What is malformed stays at its default and is named in `refused`, a line each. */
export function read(query: URLSearchParams): { state: MaskState; refused: string[] } {
  const state: MaskState = { p: 0.5, meaning: "drop", scaled: true, training: true, seed: 1 };
  const refused = unknownKeys(query, ["p", "meaning", "seed"]);
  const p = query.get("p");
  if (p !== null) {
    const { value, trouble } = readNumber(p, WANTED);
    if (value === null) refused.push(`p=${p.slice(0, 40)} is left out: ${trouble}.`);
    else state.p = value;
  }
  const meaning = query.get("meaning");
  if (meaning === "drop" || meaning === "keep") state.meaning = meaning;
  else if (meaning !== null) refused.push(`meaning=${meaning.slice(0, 40)} is left out: drop or keep is wanted.`);
  const seed = query.get("seed");
  if (seed !== null) {
    const { value, trouble } = readNumber(seed, SEED);
    if (value === null) refused.push(`seed=${seed.slice(0, 40)} is left out: ${trouble}.`);
    else state.seed = value;
  }
  return { state, refused };
}

/** The share of units that a mask keeps on average. */
export function kept({ p, meaning }: MaskState): number {
  return meaning === "drop" ? 1 - p : p;
}
