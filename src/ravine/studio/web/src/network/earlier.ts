// Runs that were trained before: after a reset or a change they stay, faint, until they are cleared.
import type { Course } from "./course";
import type { Report } from "./examination";
import { FIELDS, fieldOf } from "./fields";
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
