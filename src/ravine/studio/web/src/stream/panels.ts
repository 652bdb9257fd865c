// What each chart of the stream widget holds.
import type { Settings } from "../engine/descent";
import { make, makeSvg, markup } from "../parts/elements";
import type { Series } from "./chart";
import type { Record1D } from "./feed";
import type { StreamState } from "./state";

export interface Lane {
  rule: RuleFacts;
  settings: Settings;
  look: Look;
  record: Record1D;
}

/** The gradient, every name that a rule computes, the step and the position. */
export function quantities(lanes: readonly Lane[]): string[] {
  const lines = lanes
    .flatMap(({ rule }) => rule.lines.map(({ name }) => name))
    .filter((name) => name !== "step" && name !== "g");
  return [...new Set(["gradient", ...lines, "step", "position"])];
}

/** What is drawn in each chart: a corrected value shares that of the raw one. */
export function panelsOf({ show }: StreamState, lanes: readonly Lane[]): string[][] {
  const names = quantities(lanes).filter((name) => show.includes(name));
  const alone = names.filter((name) => !names.includes(name.replace(/_hat$/, "")) || !name.endsWith("_hat"));
  return alone.map((name) => (names.includes(`${name}_hat`) ? [name, `${name}_hat`] : [name]));
}

export function seriesOf(names: readonly string[], gradients: readonly number[], lanes: readonly Lane[]): Series[] {
  if (names[0] === "gradient") return [{ label: "gradient", values: gradients, look: null, hat: false, rule: "" }];
  return lanes.flatMap(({ rule, look, record }) =>
    names
      .filter((name) => record.has(name))
      .map((name) => ({
        label: `${rule.title}, ${name}`,
        values: record.get(name)!,
        look,
        hat: name.endsWith("_hat") && names.length > 1,
        rule: rule.name,
      })),
  );
}

const WORDS: Record<string, string> = { gradient: "gradient", step: "step (is subtracted)", position: "position θ" };

export function titleOf(names: readonly string[], lanes: readonly Lane[]): Node[] {
  const parts = names.map((name): Node => {
    if (WORDS[name]) return document.createTextNode(WORDS[name]);
    const line = lanes.flatMap(({ rule }) => rule.lines).find((found) => found.name === name);
    return markup(line ? line.symbol : name);
  });
  return parts.flatMap((part, place) => (place === 0 ? [part] : [document.createTextNode(" and, dotted, "), part]));
}

export function emptyPanel(): HTMLElement {
  return make("div", { class: "stream-panel" }, make("p", { class: "stream-title" }), makeSvg("svg", { role: "img" }));
}
