// The state of a query string: each key as a field would take it, and what is malformed or does not fit is named.
import { type Ends, endWanted } from "./domain";
import { holds, type Point, shapeWanted } from "./landscape";
import { inWords, plain, readNumber } from "./number";
import { defaults, LARGEST_SEED, MAPS, mappedAgainst, MOST_RULES, MOST_STEPS, PANELS, type State, VIEWS } from "./state";

const LONGEST_FORMULA = 1000;

/** The state of a query string; what is malformed stays at its default and is named in `refused`, a line each. */
export function parse(query: URLSearchParams): { state: State; refused: string[] } {
  const state = defaults();
  const refused: string[] = [];
  const refuse = (key: string, text: string, wanted: string) => {
    refused.push(`${shorten(key)}=${shorten(text)} is left out: ${wanted}.`);
  };
  for (const [key, text] of query) {
    const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
    const wanted = read ? read(state, text) : readDotted(state, key, text);
    if (wanted !== null) refuse(key, text, wanted);
  }
  for (const [key, trouble] of misfits(state, query)) refuse(key, query.get(key) ?? "", trouble);
  return { state, refused };
}

/** Takes the text into the state, and returns null; or says what is wanted instead. */
type Reader = (state: State, text: string) => string | null;

const READERS: Record<string, Reader> = {
  landscape: (state, text) => {
    if (text === "formula") return null; // it comes with formula=
    if (!Object.hasOwn(RAVINE.landscapes, text))
      return `the landscapes are ${Object.keys(RAVINE.landscapes).join(", ")}`;
    state.landscape = text;
    return null;
  },
  formula: (state, text) => {
    if (text.trim() === "" || text.length > LONGEST_FORMULA)
      return `a formula of at most ${LONGEST_FORMULA} characters is wanted`;
    state.landscape = "formula";
    state.formula = text;
    return null;
  },
  domain: (state, text) => {
    const ends = numbers(text, 4) as Ends | null;
    if (ends === null) return "x0,x1,y0,y1 with x0 < x1 and y0 < y1 is wanted";
    const trouble = ends.map((end, i) => readNumber(plain(end), endWanted(ends, i)).trouble).find((found) => found !== null);
    if (trouble !== undefined) return trouble;
    state.domain = { x: [ends[0], ends[1]], y: [ends[2], ends[3]] };
    return null;
  },
  rules: (state, text) => {
    const named = text.split(",").map(ruleName);
    const found = [...new Set(named.filter((name) => Object.hasOwn(RAVINE.rules, name)))].slice(0, MOST_RULES);
    state.rules = text === "" ? [] : found.length > 0 ? found : state.rules;
    if (text === "" || found.length === named.length) return null;
    return `1 to ${MOST_RULES} different rules of ${Object.keys(RAVINE.rules)
      .filter((name) => RAVINE.rules[name]!.main)
      .join(", ")} are wanted`;
  },
  start: (state, text) => {
    const found = numbers(text, 2);
    if (found === null) return "x,y is wanted";
    state.start = found as Point;
    return null;
  },
  steps: whole("steps", 1, MOST_STEPS),
  seed: whole("seed", 0, LARGEST_SEED),
  step: whole("step", 0, MOST_STEPS),
  noise: (state, text) => {
    const { value, trouble } = readNumber(text, { low: 0 });
    if (value !== null) state.noise = value;
    return trouble;
  },
  schedule: (state, text) => {
    if (!Object.hasOwn(RAVINE.schedules, text)) return `the schedules are ${Object.keys(RAVINE.schedules).join(", ")}`;
    state.schedule = text;
    return null;
  },
  view: choice("view", VIEWS),
  map: choice("map", MAPS),
  log: (state, text) => {
    if (text !== "0" && text !== "1") return "0 or 1 is wanted";
    state.log = text === "1";
    return null;
  },
  hide: (state, text) => {
    const named = text.split(",").filter((name) => name !== "");
    state.hide = named.filter((name) => (PANELS as readonly string[]).includes(name));
    return state.hide.length === named.length ? null : `what can be hidden is ${PANELS.join(", ")}`;
  },
  anatomy: rule("anatomy"),
  "map.rule": rule("mapRule"),
  "map.against": (state, text) => {
    if (!/^[a-z]\w{0,40}$/.test(text)) return "the name of a hyperparameter is wanted";
    state.mapAgainst = text;
    return null;
  },
};

/** RULE.NAME=VALUE and landscape.NAME=VALUE. */
function readDotted(state: State, key: string, text: string): string | null {
  const [owner, name, ...more] = key.split(".").map(ruleName) as [string, string | undefined, ...string[]];
  if (name === undefined || more.length > 0) return "there is no such key";
  if (owner === "landscape") {
    const { value, trouble } = readNumber(text); // whether it fits is seen once the landscape is known
    if (value !== null) state.shape[name] = value;
    return trouble;
  }
  if (!Object.hasOwn(RAVINE.rules, owner)) return "there is no such rule";
  const { hyperparameters } = RAVINE.rules[owner]!;
  if (!Object.hasOwn(hyperparameters, name)) return `the rule has ${Object.keys(hyperparameters).join(", ")}`;
  const { value, trouble } = readNumber(text, hyperparameters[name]!);
  if (value !== null) (state.settings[owner] ??= {})[name] = value;
  return trouble;
}

/** What does not fit the landscape that was named, before or after it: taken out again, each with what is wrong. */
function* misfits(state: State, query: URLSearchParams): Generator<[key: string, trouble: string]> {
  if (state.landscape !== "formula") {
    if (query.get("landscape") === "formula") yield ["landscape", "it comes with formula=, as in formula=x**2 - y**2"];
    if (state.domain !== null) yield ["domain", "it comes with a formula"];
    state.domain = null;
  }
  const facts = RAVINE.landscapes[state.landscape];
  for (const [name, value] of Object.entries(state.shape)) {
    const trouble =
      facts === undefined || !Object.hasOwn(facts.parameters, name)
        ? `${facts?.title ?? "a formula"} has no such number`
        : readNumber(plain(value), shapeWanted(facts, name)).trouble;
    if (trouble === null) continue;
    delete state.shape[name];
    yield [`landscape.${name}`, trouble];
  }
  if (state.step !== null && state.step > state.steps) {
    state.step = null;
    yield ["step", inWords({ low: 0, high: state.steps, whole: true }) + " is wanted"];
  }
  if (state.anatomy !== null && !state.rules.includes(state.anatomy)) {
    state.anatomy = null;
    yield ["anatomy", "one of the rules that run is wanted"];
  }
  if (state.mapAgainst !== null && !mappedAgainst(state)) {
    state.mapAgainst = null;
    yield ["map.against", "a hyperparameter of the map's rule other than lr is wanted"];
  }
  if (facts === undefined || state.start === null || holds(facts, state.start)) return; // a formula is read later
  state.start = null;
  const { x, y } = facts.domain;
  yield ["start", `${facts.title} lies within ${x.join(" to ")} and ${y.join(" to ")}`];
}

function whole(key: "steps" | "seed" | "step", low: number, high: number): Reader {
  return (state, text) => {
    const { value, trouble } = readNumber(text, { low, high, whole: true });
    if (value !== null) state[key] = value;
    return trouble;
  };
}

function choice<K extends "view" | "map">(key: K, values: readonly NonNullable<State[K]>[]): Reader {
  return (state, text) => {
    const found = values.find((value) => value === text);
    if (found === undefined) return `${values.join(" or ")} is wanted`;
    state[key] = found;
    return null;
  };
}

function rule(key: "anatomy" | "mapRule"): Reader {
  return (state, text) => {
    const name = ruleName(text);
    if (!Object.hasOwn(RAVINE.rules, name)) return "there is no such rule";
    state[key] = name;
    return null;
  };
}

/** A plus in a query string reads as a space: "adam+l2" is meant. */
function ruleName(text: string): string {
  return text.trim().replace(/ /g, "+");
}

/** Here commas stand between numbers. */
function numbers(text: string, count: number): number[] | null {
  const found = text.split(",").map((part) => readNumber(part).value);
  return found.length === count && found.every((value) => value !== null) ? found : null;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
