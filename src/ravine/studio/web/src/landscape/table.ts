// The numbers behind the picture, made when they are asked for: a table to read, and a file with every digit.
import type { Session } from "../engine/session";
import { button, make, short } from "../parts/elements";
import { download, fileName } from "./picture";

const ROWS = 50;

export function tablePanel(session: Session): HTMLElement {
  const box = make("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "Numbers of the paths" });
  const save = button("Save as CSV", () =>
    download(new Blob([csv(session)], { type: "text/csv" }), `${fileName(session)}.csv`),
  );
  const details = make("details", { class: "panel numbers" }, make("summary", {}, "The numbers"), box, save);
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
    const cells = lanes.flatMap(({ run }) =>
      [run.x[t]!, run.y[t]!, run.values[t]!].map((v) => make("td", {}, Number.isNaN(v) ? "–" : short(v))),
    );
    return make("tr", {}, make("th", { scope: "row" }, String(t)), ...cells);
  });
  return make(
    "table",
    {},
    make("caption", { class: "unseen" }, "Position and height of each rule by step"),
    make(
      "thead",
      {},
      make("tr", {}, make("th", { scope: "col", rowspan: "2" }, "Step"), ...heads),
      make("tr", {}, ...columns),
    ),
    make("tbody", {}, ...rows),
  );
}

/** Every point of every path: JavaScript's shortest digits name the double exactly. */
function csv({ lanes }: Session): string {
  const rows = lanes.flatMap(({ rule, run }) =>
    Array.from(run.values, (value, t) => [rule.name, t, run.x[t], run.y[t], value].join(",")),
  );
  return ["rule,step,x,y,height", ...rows, ""].join("\n");
}
