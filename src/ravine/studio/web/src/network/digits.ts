// Handwritten digits, packed as text in a script of their own, which is asked for when a network first learns them.
import { load } from "../site/scripts";
import type { Examples } from "./examples";

export const PIXELS = 64;
export const DIGITS = 1797;
export const HELD_OUT_DIGITS = 360;

/** Whether the digits are here. */
export function digitsAreHere(): boolean {
  return "RAVINE_DIGITS" in globalThis;
}

export const loadDigits = (): Promise<void> => load("digits.js");

/** `count` digits from the one at `from`: pixels from 0 to 1 and their labels. */
export function allDigits(from: number, count: number): Examples {
  const text = (globalThis as unknown as { RAVINE_DIGITS: string }).RAVINE_DIGITS;
  const inputs = new Float64Array(PIXELS * count);
  for (let i = 0; i < inputs.length; i++) inputs[i] = (text.charCodeAt(PIXELS * from + i) - 97) / 16;
  const targets = Float64Array.from({ length: count }, (_, i) => text.charCodeAt(PIXELS * DIGITS + from + i) - 48);
  return { width: PIXELS, count, inputs, targets };
}
