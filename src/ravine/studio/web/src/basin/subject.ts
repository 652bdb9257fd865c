// What a map is about: one rule of the page's session, with the settings that the race gives it.
import { shakenBy, type Settings } from "../engine/descent";
import type { Point } from "../engine/landscape";
import { bestRate } from "../engine/rates";
import type { Session } from "../engine/session";
import { scaleOf } from "../engine/settings";
import { findMinima } from "../formula/minima";
import { MOST_STEPS, type Axis, type Job } from "./run";

export type Subject = Omit<Job, "width" | "height" | "over">;

export function subject(session: Session): Subject {
  const { state, landscape } = session;
  const rule = RAVINE.rules[state.mapRule ?? state.rules[0] ?? ""] ?? Object.values(RAVINE.rules)[0]!;
  const steps = Math.min(state.steps, MOST_STEPS);
  const shaken = shakenBy(state.noise, state.seed, steps);
  const lane = session.lanes.find((lane) => lane.rule === rule);
  const settings = lane?.settings ?? settingsOf(session, rule, steps);
  return { rule, landscape, settings, steps, schedule: state.schedule, shaken };
}

/** The settings of a rule that does not race, chosen as a race would. */
function settingsOf({ state, landscape, start }: Session, rule: RuleFacts, steps: number): Settings {
  const settings: Settings = {};
  for (const { name, default: usual } of Object.values(rule.hyperparameters)) {
    settings[name] = state.settings[rule.name]?.[name] ?? usual;
  }
  if ("lr" in settings && state.settings[rule.name]?.["lr"] === undefined) {
    settings["lr"] = bestRate({ rule, settings, landscape, start, steps, schedule: "constant", shaken: null });
  }
  return settings;
}

/** The hyperparameters that a map of rates may have upwards. */
export function others(rule: RuleFacts): Hyperparameter[] {
  return Object.values(rule.hyperparameters).filter(({ name }) => name !== "lr");
}

/** The one it has: the chosen one, else the rule's first. */
export function against(session: Session, rule: RuleFacts): Hyperparameter | null {
  return rule.hyperparameters[session.state.mapAgainst ?? ""] ?? others(rule)[0] ?? null;
}

export function axisOf(known: Hyperparameter): Axis {
  return { name: known.name, at: scaleOf(known).toValue };
}

export function rates(): Point {
  return [RAVINE.rates[0]!, RAVINE.rates[RAVINE.rates.length - 1]!];
}

const found = new WeakMap<object, Point[]>();

/** The known minima of a landscape; those of an own formula are searched for. */
export function minimaOf(landscape: Session["landscape"]): Point[] {
  if (landscape.name !== "formula") return landscape.minima;
  let minima = found.get(landscape);
  if (minima === undefined) found.set(landscape, (minima = findMinima(landscape, landscape.domain)));
  return minima;
}
