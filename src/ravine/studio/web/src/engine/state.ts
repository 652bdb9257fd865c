// All that a landscape widget shows, as the query string of a shared link, of a lesson's fence and of a test.
import type { Point } from "./landscape";
import { type Pair, settingPairs, toQuery } from "./query";

export const VIEWS = ["contours", "surface"] as const;
export const MAPS = ["basin", "rates"] as const;

/** What a teacher may hide. */
export const PANELS = [
  "landscape",
  "rules",
  "settings",
  "start",
  "noise",
  "schedule",
  "player",
  "chart",
  "view",
  "share",
  "anatomy",
  "map",
] as const;

export interface State {
  landscape: string; // a name, or "formula"
  formula: string;
  domain: { x: Point; y: Point } | null; // of the formula; null: [-2, 2] squared
  shape: Record<string, number>; // the landscape's own numbers that differ
  rules: string[];
  settings: Record<string, Record<string, number>>; // by rule, the hyperparameters that differ from what is picked
  start: Point | null; // null: the landscape's own
  steps: number;
  noise: number;
  seed: number;
  schedule: string;
  step: number | null; // where the player stands; null: at the end
  view: (typeof VIEWS)[number];
  log: boolean;
  hide: string[];
  anatomy: string | null; // the rule whose step is taken apart
  map: (typeof MAPS)[number] | null;
  mapRule: string | null; // the rule of the map
  mapAgainst: string | null; // the hyperparameter that a map of rates has beside lr
}

export const MOST_STEPS = 5000;
export const MOST_RULES = 12;
export const LARGEST_SEED = 2 ** 32 - 1;

export function defaults(): State {
  return {
    landscape: "ravine",
    formula: "",
    domain: null,
    shape: {},
    rules: ["sgd", "momentum", "adam"],
    settings: {},
    start: null,
    steps: 200,
    noise: 0,
    seed: 0,
    schedule: "constant",
    step: null,
    view: "contours",
    log: true,
    hide: [],
    anatomy: null,
    map: null,
    mapRule: null,
    mapAgainst: null,
  };
}

/** The query string: what differs from the defaults, in a fixed order. */
export function write(state: State): string {
  const plain = defaults();
  const domain = state.domain && [...state.domain.x, ...state.domain.y].join(",");
  const own: Pair[] = [
    ["formula", state.formula, ""],
    ["domain", domain],
  ];
  return toQuery([
    ...(state.landscape === "formula" ? own : [["landscape", state.landscape] satisfies Pair]),
    ...Object.entries(state.shape).map(([name, value]): Pair => [`landscape.${name}`, value]),
    ["rules", state.rules.join(",")],
    ...settingPairs([...state.rules, state.mapRule ?? ""], state.settings),
    ["start", state.start && state.start.join(",")],
    ["steps", state.steps, plain.steps],
    ["noise", state.noise, plain.noise],
    ["seed", state.seed, plain.seed],
    ["schedule", state.schedule, plain.schedule],
    ["step", state.step],
    ["view", state.view, plain.view],
    ["log", state.log ? 1 : 0, plain.log ? 1 : 0],
    ["hide", state.hide.join(","), ""],
    ["anatomy", state.anatomy && (state.rules.includes(state.anatomy) ? state.anatomy : (state.rules[0] ?? null))],
    ["map", state.map],
    ["map.rule", state.mapRule],
    ["map.against", mappedAgainst(state) ? state.mapAgainst : null],
  ]);
}

/** Whether the map's rule has what its rates are to be mapped against. */
export function mappedAgainst({ mapAgainst, mapRule, rules }: State): boolean {
  const rule = RAVINE.rules[mapRule ?? rules[0] ?? Object.keys(RAVINE.rules)[0]!]!;
  return mapAgainst !== null && mapAgainst !== "lr" && Object.hasOwn(rule.hyperparameters, mapAgainst);
}
