// The runs before, by their letters in the charts: what differed, and the button that clears them.
import { button, make } from "../parts/elements";
import { differences, letter } from "./earlier";
import type { Pair } from "./pair";

/** Each is named by what differs from the network as it is now. */
export function earlierList(pair: Pair, cleared: () => void): Node[] {
  const { earlier, state } = pair;
  if (earlier.length === 0) return [];
  const runs = earlier.map(({ recipe, reports }, place) => {
    const words = `${differences(recipe, state.recipe)}, to step ${reports.at(-1)!.step}`;
    return make("li", {}, make("b", {}, letter(place)), ` ${words}`);
  });
  const clear = button(runs.length === 1 ? "Clear it" : "Clear them", () => {
    pair.clearEarlier();
    cleared();
  });
  return [make("p", {}, runs.length === 1 ? "Faint: the run before." : "Faint: runs before."), make("ul", {}, ...runs), clear];
}
