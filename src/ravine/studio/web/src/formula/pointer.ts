import { make } from "../parts/elements";
import type { Mistake } from "./formula";

const AROUND = 24; // characters shown on each side of the place

/** What is wrong with a formula: the message, and below it the formula's own text with the place marked. */
export function pointTo(text: string, { message, start, end }: Mistake): HTMLElement[] {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const place = make("mark", {}, text.slice(start, end) || "\u00a0"); // a gap, where something is missing
  const line = make(
    "code",
    { class: "formula-place" },
    tail(before),
    place,
    after.length > AROUND ? `${after.slice(0, AROUND)}…` : after,
  );
  return [make("span", { class: "formula-message" }, `Column ${start + 1}: ${message}.`), line];
}

function tail(text: string): string {
  return text.length > AROUND ? `…${text.slice(-AROUND)}` : text;
}
