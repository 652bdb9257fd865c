// The state of the stream widget as a query string: its own keys here, rules and their settings as everywhere.
import { readNumber } from "../engine/number";
import { settingPairs, toQuery } from "../engine/query";
import { parse } from "../engine/link";
import { STREAMS } from "./streams";

export interface StreamState {
  stream: string;
  own: number[];
  scale: number; // factor of every gradient
  bounds: [number, number] | null; // where positions must stay
  steps: number;
  seed: number;
  rules: string[];
  settings: Record<string, Record<string, number>>;
  show: string[];
  step: number | null; // at which the numbers are read; null: the last
}

const OWN_KEYS = ["stream", "gradients", "scale", "project", "show"];
const SHARED_KEYS = ["rules", "steps", "seed", "step"];
const STEPS = 60;
const SHOWN = ["gradient", "step", "position"];
export const MOST_STEPS = 2000;
export const MOST_RULES = 4;
export const LONGEST_LIST = 200;

/** What is malformed stays at its default and is named in `refused`, a line each. */
export function read(query: URLSearchParams): { state: StreamState; refused: string[] } {
  const foreign = [...query.keys()].filter((key) =>
    key.includes(".") ? /^(landscape|map)\./.test(key) : ![...OWN_KEYS, ...SHARED_KEYS].includes(key),
  );
  // A later pair overrides an earlier one where it is well formed: these two are this widget's defaults.
  const common = new URLSearchParams([
    ["steps", String(STEPS)],
    ["rules", "adam"],
    ...[...query].filter(([key]) => !OWN_KEYS.includes(key) && !foreign.includes(key)),
  ]);
  const { state: shared, refused } = parse(common);
  const state: StreamState = {
    stream: "constant",
    own: [1, -1],
    scale: 1,
    bounds: null,
    steps: shared.steps,
    seed: shared.seed,
    rules: shared.rules.slice(0, MOST_RULES),
    settings: shared.settings,
    show: SHOWN,
    step: shared.step,
  };
  if (state.steps > MOST_STEPS) {
    refused.push(`steps=${state.steps} is left out: a whole number from 1 to ${MOST_STEPS} is wanted.`);
    state.steps = STEPS;
  }
  if (shared.rules.length > MOST_RULES) refused.push(`Of the rules the first ${MOST_RULES} are fed.`);
  const take = (key: string, accept: (text: string) => boolean, wanted: string): void => {
    const text = query.get(key);
    if (text !== null && !accept(text)) refused.push(`${key}=${text.slice(0, 40)} is left out: ${wanted}.`);
  };
  for (const key of foreign) refused.push(`${key.slice(0, 40)} is left out: there is no such key.`);
  take(
    "stream",
    (text) => Object.hasOwn(STREAMS, text) && ((state.stream = text), true),
    `the streams are ${Object.keys(STREAMS).join(", ")}`,
  );
  take(
    "gradients",
    (text) => {
      const list = numbers(text, LONGEST_LIST);
      return list !== null && ((state.own = list), true);
    },
    `1 to ${LONGEST_LIST} numbers with commas between them are wanted`,
  );
  take(
    "scale",
    (text) => {
      const { value } = readNumber(text, { low: 0, holdsLow: false });
      return value !== null && ((state.scale = value), true);
    },
    "a number above 0 is wanted",
  );
  take(
    "project",
    (text) => {
      const list = numbers(text, 2);
      return list?.length === 2 && list[0]! < list[1]! && ((state.bounds = [list[0]!, list[1]!]), true);
    },
    "low,high is wanted",
  );
  take(
    "show",
    (text) => {
      const lines = state.rules.flatMap((rule) => RAVINE.rules[rule]!.lines.map(({ name }) => name));
      const names = text.split(",").filter((name) => name !== "");
      const known = names.every((name) => [...SHOWN, ...lines].includes(name));
      return known && ((state.show = [...new Set(names)]), true);
    },
    "of gradient, step, position and the lines of the rules that are fed, names with commas between them are wanted",
  );
  return { state, refused };
}

/** The numbers of a link, between which commas stand; null if one is none, or there are too many. */
function numbers(text: string, most: number): number[] | null {
  const list = text.split(",").map((part) => readNumber(part).value);
  return list.length <= most && list.every((value) => value !== null) ? list : null;
}

/** The query string, which `read` takes back: what differs from the defaults, in a fixed order. */
export function write(state: StreamState): string {
  return toQuery([
    ["stream", state.stream],
    ["gradients", state.stream === "own" ? state.own.join(",") : null],
    ["scale", state.scale, 1],
    ["project", state.bounds && state.bounds.join(",")],
    ["show", state.show.join(","), SHOWN.join(",")],
    ["rules", state.rules.join(",")],
    ...settingPairs(state.rules, state.settings),
    ["steps", state.steps, STEPS],
    ["seed", state.seed, 0],
    ["step", state.step],
  ]);
}

/** The step whose numbers are read. */
export function at({ step, steps }: StreamState): number {
  return Math.min(Math.max(1, step ?? steps), steps);
}
