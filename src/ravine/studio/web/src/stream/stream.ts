// The gradient-stream widget: one parameter, a stream of gradients, and every number that rules make of it.
import { isShared, keepInAddress, linkTo, startOf } from "../engine/address";
import type { Settings } from "../engine/descent";
import { looks } from "../engine/palette";
import { copier } from "../parts/clipboard";
import { button, make } from "../parts/elements";
import { teller } from "../parts/tell";
import type { Widget } from "../site/start";
import { draw } from "./chart";
import { adder, ruleBox, streamControls } from "./controls";
import { feed } from "./feed";
import { emptyPanel, type Lane, panelsOf, quantities, seriesOf, titleOf } from "./panels";
import { fillTable, readingOf } from "./reading";
import { at, MOST_RULES, read, type StreamState, write } from "./state";
import { STREAMS } from "./streams";

export const stream: Widget = (root, query) => {
  let current: StreamState;
  const show = ({ state, refused }: ReturnType<typeof read>) => {
    current = state;
    fill(root, state, refused, kept);
  };
  const follow = (link: URLSearchParams) => {
    const found = read(link.size > 0 ? link : query);
    if (write(found.state) !== write(current)) show(found);
  };
  const trail = isShared(root) ? keepInAddress(() => write(current), follow) : null;
  const kept = (entry = true) => trail?.changed(entry);
  show(read(startOf(root, query)));
};

/** Builds the widget in `root`; `kept` is called after each change of the state. */
function fill(root: HTMLElement, state: StreamState, refused: readonly string[], kept: (entry?: boolean) => void): void {
  let gradients: number[] = [];
  let lanes: Lane[] = [];
  const charts = make("div", { class: "stream-charts" });
  const legend = make("div", { class: "stream-rules" });
  const shown = make("div", { class: "stream-shown", role: "group", "aria-label": "What is drawn" });
  const reading = make("output", { class: "stream-reading" });
  const player = make("input", { type: "range", min: "1", step: "1", "aria-label": "Step to read" });
  const table = make("details", { class: "stream-table" }, make("summary", {}, "The numbers as a table"));
  const said = make("p", { class: "message", role: "status" });
  const { copy, shown: copied } = copier((message) => (said.textContent = message));
  const trouble = make("div", { class: "stream-refused", role: "status" }, ...refused.map((text) => make("p", {}, text)));
  /** After each change: what was said before it holds no more. */
  const acted = (entry = true): void => {
    said.textContent = "";
    copied.hidden = true;
    trouble.remove();
    kept(entry);
  };

  const tell = teller(root);
  let before = new Map<string, number | string>();
  let there = false; // whether every rule ends where the gradients point to

  const rerun = (): void => {
    gradients = STREAMS[state.stream]!.gradients(state.steps, state.seed, state.own).map((g) => g * state.scale);
    const rules = state.rules.map((name) => RAVINE.rules[name]!);
    const appearance = looks(rules);
    lanes = rules.map((rule, place) => {
      const settings: Settings = {};
      for (const { name, default: usual } of Object.values(rule.hyperparameters))
        settings[name] = state.settings[rule.name]?.[name] ?? usual;
      return { rule, settings, look: appearance[place]!, record: feed(rule, settings, gradients, state.bounds) };
    });
    player.max = String(state.steps);
    player.value = String(at(state));
    redraw();
  };

  /** After a change by the learner. */
  const changed = (): void => {
    rerun();
    acted();
    const [old, now] = [before, (before = controlsOf(state, lanes))];
    for (const [control, value] of now) if (old.get(control) !== value) tell({ control, value });
    const [was, is] = [there, (there = reached(state, gradients, lanes))];
    if (is && !was) tell({ happened: "reached", of: "" });
  };

  const redraw = (): void => {
    const width = Math.floor(charts.clientWidth);
    if (width < 100) return;
    const panels = panelsOf(state, lanes);
    while (charts.children.length > panels.length) charts.lastElementChild!.remove();
    panels.forEach((names, place) => {
      const panel = (charts.children[place] ?? charts.appendChild(emptyPanel())) as HTMLElement;
      panel.firstElementChild!.replaceChildren(...titleOf(names, lanes));
      draw(
        panel.lastElementChild as SVGElement,
        seriesOf(names, gradients, lanes),
        width,
        at(state),
        place === panels.length - 1,
      );
    });
    reading.replaceChildren(readingOf(state, gradients, lanes));
    if (table.open) fillTable(table, state, gradients, lanes);
  };

  const showRules = (): void => {
    legend.replaceChildren(
      ...lanes.map(({ rule, settings, look }) =>
        ruleBox(
          rule,
          settings,
          look,
          (name, value) => {
            (state.settings[rule.name] ??= {})[name] = value;
            changed();
          },
          lanes.length > 1 && (() => enter(state.rules.filter((name) => name !== rule.name))),
        ),
      ),
      ...(lanes.length < MOST_RULES ? [adder(state, (name) => enter([...state.rules, name]))] : []),
    );
  };
  const enter = (rules: string[]): void => {
    state.rules = rules;
    changed();
    showRules();
    showChoices();
    said.textContent = `Now fed: ${lanes.map(({ rule }) => rule.title).join(", ")}.`;
  };

  const showChoices = (): void => {
    shown.replaceChildren(
      ...quantities(lanes).map((name) => {
        const box = make("input", { type: "checkbox", "aria-label": `Draw ${name}` });
        box.checked = state.show.includes(name);
        box.addEventListener("change", () => {
          state.show = quantities(lanes).filter((other) => (other === name ? box.checked : state.show.includes(other)));
          redraw();
          acted();
        });
        return make("label", {}, box, ...titleOf([name], lanes));
      }),
    );
  };

  const share = () => void copy(linkTo("stream.html", write(state)), "Link");
  const controls = make("div", { class: "stream-controls" }, ...streamControls(state, changed));
  const scrub = make("div", { class: "stream-scrub" }, make("span", {}, "Step"), player, reading);
  root.replaceChildren(
    ...(refused.length > 0 ? [trouble] : []),
    controls,
    shown,
    make("div", { class: "stream-body" }, make("div", {}, charts, scrub), legend),
    make("div", { class: "stream-foot" }, table, said, copied, button("Copy link", share)),
  );
  player.addEventListener("input", () => {
    state.step = Number(player.value);
    tell({ control: "step", value: state.step });
    redraw();
    acted(false);
  });
  table.addEventListener("toggle", () => table.open && fillTable(table, state, gradients, lanes));
  new ResizeObserver(redraw).observe(charts);
  rerun();
  before = controlsOf(state, lanes);
  there = reached(state, gradients, lanes);
  showRules();
  showChoices();
}

/** The value of everything that can be turned, by its name in the state. */
function controlsOf(state: StreamState, lanes: readonly Lane[]): Map<string, number | string> {
  const controls = new Map<string, number | string>([
    ["stream", state.stream],
    ["gradients", state.own.join()],
    ["scale", state.scale],
    ["project", state.bounds?.join() ?? ""],
    ["steps", state.steps],
    ["rules", state.rules.join()],
  ]);
  for (const { rule, settings } of lanes) {
    for (const [name, value] of Object.entries(settings)) controls.set(`${rule.name}.${name}`, value);
  }
  return controls;
}

/** Whether every rule ended at the end of the bounds that the gradients, on the whole, point to. */
function reached({ bounds }: StreamState, gradients: readonly number[], lanes: readonly Lane[]): boolean {
  if (bounds === null) return false;
  const best = gradients.reduce((sum, g) => sum + g, 0) > 0 ? bounds[0] : bounds[1];
  return lanes.every(({ record }) => Math.abs(record.get("position")!.at(-1)! - best) < 0.05 * (bounds[1] - bounds[0]));
}
