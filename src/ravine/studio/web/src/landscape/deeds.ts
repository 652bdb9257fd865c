// What a learner did to a race: found by comparing what it was with what it is, so that nothing else can be told.
import type { Trajectory } from "../engine/descent";
import { floorOf, holds } from "../engine/landscape";
import type { Session } from "../engine/session";
import type { Tell } from "../parts/tell";

export interface Deeds {
  /** After each change that the learner made. */
  did: () => void;
  /** After a change that nobody asked to be told: a reset, a link. */
  skip: () => void;
}

export function deedsOf(session: Session, tell: Tell): Deeds {
  let before = { controls: controlsOf(session), outcomes: outcomesOf(session) };
  const look = () => ({ controls: controlsOf(session), outcomes: outcomesOf(session) });
  return {
    skip: () => (before = look()),
    did: () => {
      const [old, now] = [before, (before = look())];
      for (const [control, value] of now.controls) {
        if (old.controls.get(control) !== value) tell({ control, value });
      }
      for (const [key, { happened, of }] of now.outcomes) {
        if (!old.outcomes.has(key)) tell({ happened, of });
      }
    },
  };
}

/** The value of everything that can be turned. A rate or a start that the page picks is nobody's deed. */
function controlsOf({ state, lanes, landscape }: Session): Map<string, number | string> {
  const controls = new Map<string, number | string>([
    ["landscape", state.landscape],
    ["rules", state.rules.join()],
    ["steps", state.steps],
    ["noise", state.noise],
    ["seed", state.seed],
    ["schedule", state.schedule],
    ["view", state.view],
    ["map", state.map ?? "basin"],
    ["map.rule", state.mapRule ?? ""],
    ["map.against", state.mapAgainst ?? ""],
  ]);
  if (state.start !== null) controls.set("start", state.start.join());
  for (const [name, value] of Object.entries(landscape.parameters)) controls.set(`landscape.${name}`, value);
  for (const [rule, given] of Object.entries(state.settings)) {
    for (const [name, value] of Object.entries(given)) controls.set(`${rule}.${name}`, value);
  }
  for (const { rule, settings, chosen } of lanes) {
    for (const [name, value] of Object.entries(settings)) {
      if (!(chosen && name === "lr")) controls.set(`${rule.name}.${name}`, value);
    }
  }
  return controls;
}

/** Which rules diverge, and which reach the lowest known height. */
function outcomesOf({ lanes, landscape }: Session): Map<string, { happened: string; of: string }> {
  const found = new Map<string, { happened: string; of: string }>();
  const floor = floorOf(landscape);
  const near = 1e-3 * (landscape.range[1] - landscape.range[0]);
  for (const { rule, run } of lanes) {
    const add = (happened: string) => found.set(`${happened} ${rule.name}`, { happened, of: rule.name });
    if (run.divergedAt !== null || gone(run)) add("diverged");
    if (floor !== undefined && run.values[run.values.length - 1]! - floor < near) add("reached");
  }
  return found;

  // Long before numbers overflow a run is gone: outside the picture, and higher than it began.
  function gone({ x, y, values }: Trajectory): boolean {
    const last = values.length - 1;
    return !holds(landscape, [x[last]!, y[last]!]) && values[last]! > values[0]!;
  }
}
