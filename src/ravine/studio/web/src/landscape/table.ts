// The numbers behind the picture, made when they are asked for.
import type { Session } from "../engine/session";
import { make, short } from "./elements";

const ROWS = 50;

export function tablePanel(session: Session): HTMLElement {
  const box = make("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "Numbers of the paths" });
  const details = make("details", { class: "panel numbers" }, make("summary", {}, "The numbers as a table"), box);
  const fill = () => {
    if (details.open) box.replaceChildren(table(session));
  };
  details.addEventListener("toggle", fill);
  session.on((change) => change === "race" && fill());
  return details;
}

function table({ lanes, state }: Session): HTMLTableElement {
  const every = Math.max(1, Math.ceil(state.steps / ROWS));
  const steps = Array.from({ length: Math.floor(state.steps / every) + 1 }, (_, i) => i * every);
  if (steps[steps.length - 1] !== state.steps) steps.push(state.steps);
  const heads = lanes.map(({ rule }) => make("th", { scope: "colgroup", colspan: "3" }, rule.title));
  const columns = lanes.flatMap(() => ["x", "y", "height"].map((name) => make("th", { scope: "col" }, name)));
  const rows = steps.map((t) => {
    const cells = lanes.flatMap(({ run }) => [run.x[t]!, run.y[t]!, run.values[t]!].map((v) => make("td", {}, Number.isNaN(v) ? "–" : short(v))));
    return make("tr", {}, make("th", { scope: "row" }, String(t)), ...cells);
  });
  return make(
    "table",
    {},
    make("caption", { class: "unseen" }, "Position and height of each rule by step"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col", rowspan: "2" }, "Step"), ...heads), make("tr", {}, ...columns)),
    make("tbody", {}, ...rows),
  );
}
