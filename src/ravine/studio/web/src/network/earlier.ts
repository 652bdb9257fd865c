// Runs that were trained before: after a reset or a change they stay, faint, until they are cleared.
import { button, make } from "../parts/elements";
import type { Course } from "./course";
import type { Report } from "./examination";
import { FIELDS, fieldOf } from "./fields";
import type { Pair } from "./pair";
import { type Recipe, settingsOf } from "./recipe";

const MOST = 4;

export interface Earlier {
  recipe: Recipe;
  reports: readonly Report[];
}

/** Those that are kept, the oldest first, once `courses` make way for others; the same run again takes its own place. */
export function kept(earlier: readonly Earlier[], courses: readonly Course[]): Earlier[] {
  let all = [...earlier];
  for (const { readings, trainer } of courses) {
    if (readings.length < 2) continue;
    const same = all.find(({ recipe }) => alike(recipe, trainer.recipe));
    if (same && same.reports.at(-1)!.step > readings.at(-1)!.step) continue;
    all = [...all.filter((each) => each !== same), { recipe: trainer.recipe, reports: readings }];
  }
  return all.slice(-MOST);
}

/** By what a run is called: "A", "B", … */
export function letter(place: number): string {
  return String.fromCharCode(65 + place);
}

/** What is drawn faintly, named by what differs from the network as it is now; with a button that clears it. */
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

/** "Activation ReLU, Learning rate 0.1": what the one has where the other has something else. */
export function differences(recipe: Recipe, from: Recipe): string {
  const settings = recipe.rule === from.rule ? Object.keys(settingsOf({ ...recipe, decay: "none" })) : Object.keys(recipe.settings);
  const fields = [...FIELDS, ...settings.map((name) => fieldOf(`${recipe.rule}.${name}`)!)];
  const found = fields.filter(({ read }) => read(recipe) !== read(from)).map((field) => {
    const text = field.read(recipe);
    const words = field.options?.().find(([value]) => value === text)?.[1] ?? text;
    return `${field.label} ${words || (field.placeholder ?? "")}`;
  });
  return found.length === 0 ? "the same" : found.join(", ");
}

function alike(one: Recipe, other: Recipe): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
