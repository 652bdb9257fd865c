// A rule fed with gradients that do not depend on where it stands: every number that it computes, step by step.
import type { Settings } from "../engine/descent";

/** By name, a value for each step: the rule's own lines ("m", "v_hat", …, "step"), and "position" after the step. */
export type Record1D = Map<string, number[]>;

/** Positions are kept within `bounds`, by projection, where there are any. */
export function feed(
  rule: RuleFacts,
  settings: Settings,
  gradients: readonly number[],
  bounds: readonly [number, number] | null,
): Record1D {
  const record: Record1D = new Map(rule.lines.map(({ name }) => [name, []]));
  const positions: number[] = [];
  record.set("position", positions);
  let theta = 0;
  const known: Settings = { ...settings, theta };
  let state = Object.values(rule.state).map((start) => (typeof start === "string" ? known[start]! : start));
  for (const [index, g] of gradients.entries()) {
    const inputs = rule.inputs.map((name) => (name === "g" ? g : theta));
    const keywords = rule.keywords.map((name) => (name === "t" ? index + 1 : settings[name]!));
    const values = rule.parts(...inputs, ...state, ...keywords);
    rule.lines.forEach(({ name }, place) => (record.get(name)![index] = values[place]!));
    const [step, ...next] = rule.step(...inputs, ...state, ...keywords);
    state = next;
    theta -= step!;
    if (bounds) theta = Math.min(bounds[1], Math.max(bounds[0], theta));
    positions.push(theta);
  }
  return record;
}
