// The numbers of the stream widget: of one step in a line, of all steps in a table.
import { make, short } from "../parts/elements";
import { type Lane, quantities } from "./panels";
import { at, type StreamState } from "./state";

export function readingOf(state: StreamState, gradients: readonly number[], lanes: readonly Lane[]): HTMLElement {
  const t = at(state);
  const lines = lanes.map(({ rule, record }) => {
    const words = ["step", "position"].map((name) => `${name} ${short(record.get(name)![t - 1]!)}`);
    return make("span", {}, make("b", {}, rule.title), ` ${words.join(", ")}`);
  });
  return make("span", {}, `${t}: gradient ${short(gradients[t - 1]!)} `, ...lines);
}

export function fillTable(
  table: HTMLElement,
  state: StreamState,
  gradients: readonly number[],
  lanes: readonly Lane[],
): void {
  const names = quantities(lanes).filter(
    (name) => name !== "gradient" && (state.show.includes(name) || name === "step"),
  );
  const columns = lanes.flatMap(({ rule, record }) =>
    names
      .filter((name) => record.has(name))
      .map((name) => ({ title: `${rule.title}: ${name}`, values: record.get(name)! })),
  );
  const head = make(
    "tr",
    {},
    ...["step", "gradient", ...columns.map(({ title }) => title)].map((title) => make("th", { scope: "col" }, title)),
  );
  const rows = gradients.map((g, i) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, String(i + 1)),
      ...[g, ...columns.map(({ values }) => values[i]!)].map((value) => make("td", { class: "number" }, short(value))),
    ),
  );
  const made = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  const region = make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "The numbers" }, made);
  table.querySelector(".scrolls")?.remove();
  table.append(region);
}
