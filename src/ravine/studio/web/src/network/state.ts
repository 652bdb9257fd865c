// The state of the network widget as a query string: the network's own keys, its twin's one, and what is seen.
import { readNumber } from "../engine/number";
import { type Pair, toQuery } from "../engine/query";
import { conflict, FIELDS, fieldOf, MOST_STEPS } from "./fields";
import { type Recipe, settingsOf } from "./recipe";

export const PANELS = ["data", "network", "start", "regularisation", "training", "twin", "player", "curves", "answers", "findings", "layers", "numbers", "share"] as const;

export interface State {
  recipe: Recipe;
  twin: { key: string; text: string } | null; // the one thing in which it differs
  step: number; // where it stands
  hide: string[];
}

export function defaults(): Recipe {
  return {
    data: "spiral",
    examples: 200,
    random: 0,
    scale: "unit",
    widths: [16, 16],
    activation: "tanh",
    init: "glorot_uniform",
    gain: 1,
    bias: null,
    dropout: { inputs: 0, hidden: 0 },
    rule: "adam",
    settings: {},
    decay: "none",
    lambda: 0.001,
    batch: 32,
    schedule: "constant",
    steps: 1000,
    seed: 0,
  };
}

/** What is malformed stays at its default and is named in `refused`, a line each. */
export function read(query: URLSearchParams): { state: State; refused: string[] } {
  const state: State = { recipe: defaults(), twin: null, step: 0, hide: [] };
  const refused: string[] = [];
  const refuse = (key: string, text: string, trouble: string) =>
    refused.push(`${shorten(key)}=${shorten(text)} is left out: ${trouble}.`);
  // A rule's settings and the number of examples are read once it is known which rule and which data.
  const late = (key: string) => (key.startsWith("twin.") ? 2 : ["rule", "data"].includes(key) ? 0 : 1);
  for (const [key, text] of [...query].sort(([a], [b]) => late(a) - late(b))) {
    const trouble = take(state, key, text);
    if (trouble !== null) refuse(key, text, trouble);
  }
  return { state, refused };
}

function take(state: State, key: string, text: string): string | null {
  if (key === "hide") {
    const named = text.split(",").filter((name) => name !== "");
    state.hide = named.filter((name) => (PANELS as readonly string[]).includes(name));
    return state.hide.length === named.length ? null : `what can be hidden is ${PANELS.join(", ")}`;
  }
  if (key === "step") {
    const { value, trouble } = readNumber(text, { low: 0, high: MOST_STEPS, whole: true });
    state.step = value ?? state.step;
    return trouble;
  }
  if (key.startsWith("twin.")) {
    if (state.twin !== null) return `the twin differs in one thing, ${state.twin.key}`;
    return setTwin(state, key.slice("twin.".length), text);
  }
  return change(state, key, text);
}

/** Puts a text into the state's recipe, and returns null; or says why it will not do, and changes nothing. */
export function change(state: State, key: string, text: string): string | null {
  const changed = varied(state.recipe, key, text);
  if (typeof changed === "string") return changed;
  state.recipe = changed;
  return null;
}

/** Gives the twin its difference; or says why it cannot have it. */
export function setTwin(state: State, key: string, text: string): string | null {
  const changed = varied(state.recipe, key, text);
  if (typeof changed === "string") return changed;
  state.twin = { key, text };
  return null;
}

/** The recipe with one thing changed, or why that cannot be. */
function varied(recipe: Recipe, key: string, text: string): Recipe | string {
  const field = fieldOf(key);
  if (field === null) return "there is no such key";
  const [rule] = key.split(".");
  if (!FIELDS.includes(field) && rule !== recipe.rule) return `the rule is ${recipe.rule}`;
  const changed = structuredClone(recipe);
  const trouble = field.write(changed, text);
  if (trouble !== null) return trouble;
  if (changed.rule !== recipe.rule) changed.settings = {};
  return conflict(changed) ?? changed;
}

/** The twin's whole recipe; null where there is no twin, or where its difference has become none. */
export function twinOf({ recipe, twin }: State): Recipe | null {
  if (twin === null) return null;
  const changed = varied(recipe, twin.key, twin.text);
  return typeof changed === "string" || JSON.stringify(changed) === JSON.stringify(recipe) ? null : changed;
}

/** The query string, which `read` takes back: what differs from the defaults, in a fixed order. */
export function write({ recipe, twin, step, hide }: State): string {
  const plain = defaults();
  const usual = settingsOf({ ...recipe, settings: {} });
  return toQuery([
    ...FIELDS.map((field): Pair => [field.key, field.read(recipe), field.read(plain)]),
    ...Object.entries(recipe.settings).map(([name, value]): Pair => [`${recipe.rule}.${name}`, value, usual[name]!]),
    [`twin.${twin?.key}`, twin && twin.text],
    ["step", step, 0],
    ["hide", hide.join(","), ""],
  ]);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
