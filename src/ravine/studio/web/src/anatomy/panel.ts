// The panel: the quantities of one step in their order; the chosen one with its caption, its numbers and its shape.
import { momentAt } from "../engine/descent";
import type { Session } from "../engine/session";
import { button, freshId, make, markup } from "../parts/elements";
import type { Tell } from "../parts/tell";
import { onThemeChange } from "../parts/theme";
import { digits, plain } from "../formula/mathml";
import { dissect, type Part } from "./dissect";
import { standing } from "../landscape/summary";
import type { Words } from "./explain";
import { glyph } from "./glyphs";
import { Inset } from "./inset";

const PATIENCE = 120; // milliseconds between drawings while a race plays

export function anatomy(session: Session, tell: Tell): HTMLElement {
  const id = freshId();
  const inset = new Inset();
  const rule = make("select", { id });
  const clock = make("p", { class: "anatomy-clock" });
  const scale = make("p", { class: "anatomy-scale" });
  const list = make("ol", { class: "anatomy-parts" });
  const said = make("p", { class: "unseen", role: "status" });
  const body = make("tbody", {});
  const table = make(
    "details",
    {},
    make("summary", {}, "As a table"),
    make(
      "div",
      { class: "scrolls", tabindex: "0", role: "region", "aria-label": "The step as a table" },
      numbersTable(body),
    ),
  );
  let chosen = 0;
  let gone = { step: 0, parts: new Set<number>() }; // through which parts of which step somebody went
  let parts: Part[] = [];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let visible = true; // until the observer says otherwise: the first picture is drawn anyway
  let listed = "";

  const move = (by: number) => choose(Math.min(Math.max(chosen + by, 0), parts.length - 1));
  const back = button("← Previous part", () => move(-1), { class: "anatomy-back" });
  const next = button("Next part →", () => move(1), { class: "anatomy-next" });
  const choose = (i: number) => {
    chosen = i;
    show();
    said.textContent = parts[chosen] === undefined ? "" : spoken(parts[chosen]!, chosen, parts.length);
    const step = session.step + 1;
    if (gone.step !== step) gone = { step, parts: new Set([0]) };
    gone.parts.add(i);
    if (gone.parts.size === parts.length) tell({ happened: "parts", of: step });
  };
  const current = () => session.lanes.find((lane) => lane.rule.name === session.state.anatomy) ?? session.lanes[0];

  const follow = () => {
    waiting = undefined;
    const lane = current();
    fillRules(rule, session);
    if (lane === undefined) {
      clock.textContent = "No rule is running.";
      parts = [];
      return list.replaceChildren();
    }
    rule.value = lane.rule.name;
    const t = Math.min(session.step + 1, session.state.steps);
    const moment = momentAt(lane.course, t);
    if (moment === null) {
      clock.textContent = `${lane.rule.title}: ${standing(lane, t)}. There is no step ${t} to take apart.`;
      parts = [];
      return list.replaceChildren();
    }
    parts = dissect(moment);
    if (listed !== lane.rule.name) {
      chosen = 0;
      listed = lane.rule.name;
    }
    clock.textContent = `Step ${t}, from (${moment.theta.map(plain).join(", ")})`;
    show();
  };
  const show = () => {
    const lane = current();
    if (lane === undefined || parts.length === 0) return;
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...parts.map((part, i) => item(part, i === chosen, () => choose(i))));
    if (focused) list.querySelectorAll("button")[chosen]!.focus();
    // A line too long for the screen scrolls, by keyboard too.
    for (const line of list.querySelectorAll<HTMLElement>(".part-line")) {
      if (line.scrollWidth > line.clientWidth) line.tabIndex = 0;
    }
    body.replaceChildren(...parts.map(tableRow));
    back.disabled = chosen === 0;
    next.disabled = chosen === parts.length - 1;
    const moment = momentAt(lane.course, Math.min(session.step + 1, session.state.steps))!;
    scale.textContent = scaleNote(inset.draw(session.landscape, moment, parts, chosen), parts[chosen]!);
  };
  const request = () => {
    if (visible && waiting === undefined) waiting = setTimeout(follow, PATIENCE);
  };
  rule.addEventListener("change", () => session.change({ anatomy: rule.value }));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  });
  session.on(request);
  onThemeChange((now) => (now ? follow() : request()));
  new ResizeObserver(request).observe(inset.element);
  follow();

  const head = make("div", { class: "anatomy-head" }, make("label", { for: id }, "Rule"), rule, clock);
  const seen = make(
    "div",
    { class: "anatomy-seen" },
    inset.element,
    scale,
    make("div", { class: "anatomy-turn" }, back, next),
  );
  const panel = make(
    "div",
    { class: "anatomy", role: "group", "aria-label": "One step taken apart" },
    head,
    make("div", { class: "anatomy-body" }, seen, list),
    said,
    table,
  );
  new IntersectionObserver(([entry]) => {
    visible = entry!.isIntersecting;
    request();
  }).observe(panel);
  return panel;
}

function fillRules(select: HTMLSelectElement, { lanes }: Session): void {
  const wanted = lanes.map(({ rule }) => rule.name).join();
  if (select.dataset.rules === wanted) return;
  select.dataset.rules = wanted;
  select.replaceChildren(
    ...lanes.map(({ rule }) =>
      make("option", { value: rule.name }, rule.main ? rule.title : `${rule.title} (${rule.name})`),
    ),
  );
}

function item(part: Part, open: boolean, choose: () => void): HTMLElement {
  const head = make(
    "button",
    { type: "button", class: "part-head", "aria-expanded": String(open) },
    equation(part.symbol, part.formula),
  );
  head.addEventListener("click", choose);
  return make("li", open ? { class: "chosen" } : {}, head, ...(open ? [inside(part)] : []));
}

function inside(part: Part): HTMLElement {
  const axes = part.kind === "number" ? ["x and y"] : ["x", "y"];
  const rows = axes.map((axis, i) => {
    const line = `<math><mrow>${part.filled[i]}<mo>=</mo>${digits(part.values[i]!)}</mrow></math>`;
    const side =
      part.kind === "square" && part.values[i]! > 0
        ? [make("span", { class: "part-root" }, `side ${plain(Math.sqrt(part.values[i]!))}`)]
        : [];
    return make("div", { class: "part-line" }, make("span", { class: "part-axis" }, axis), markup(line), ...side);
  });
  const text = make("div", { class: "part-text" }, make("p", {}, ...words(part.caption)), ...rows);
  return make("div", { class: "part-body" }, text, glyph(part));
}

function equation(symbol: string, formula: string): HTMLElement {
  return make("span", { class: "part-equation" }, markup(symbol), " = ", markup(formula));
}

function words(caption: Words): (string | HTMLElement)[] {
  return caption.map((word) => (typeof word === "string" ? word : markup(word.symbol)));
}

function numbersTable(body: HTMLElement): HTMLElement {
  const heads = ["quantity", "kind", "for x", "for y"].map((text) => make("th", { scope: "col" }, text));
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
}

const KINDS = { number: "one number", vector: "vector", square: "mean or sum of squares", size: "size" };

function tableRow({ name, symbol, kind, values }: Part): HTMLElement {
  const [x, y] = values.map((value) => make("td", { class: "number" }, plain(value)));
  return make("tr", {}, make("th", { scope: "row" }, markup(symbol), ` ${name}`), make("td", {}, KINDS[kind]), x!, y!);
}

function scaleNote(note: string, { kind, name }: Part): string {
  if (kind === "square") return "The side of a square is the root of its value.";
  if (kind !== "vector") return "This has no direction: it is not drawn in the picture.";
  const shown =
    name === "step"
      ? "The arrow is minus the step: the way that the point goes"
      : "The dotted arrow is the gradient; all arrows share its scale";
  return note === "" ? `${shown}.` : `${shown}; this one is ${note}.`;
}

function spoken(part: Part, i: number, count: number): string {
  const [x, y] = part.values.map(plain) as [string, string];
  return `Part ${i + 1} of ${count}: ${part.name}, ${part.kind === "number" ? x : `${x} for x, ${y} for y`}.`;
}

/** The same as a part of the landscape widget, which opens and closes with the state of the page. */
export function anatomyPanel(session: Session, tell: Tell): HTMLElement {
  const details = make(
    "details",
    { class: "guest", "data-panel": "anatomy" },
    make("summary", {}, "Take one step apart"),
    anatomy(session, tell),
  );
  const follow = () => (details.open = session.state.anatomy !== null);
  details.addEventListener("toggle", () => {
    if (details.open === (session.state.anatomy !== null)) return;
    session.change({ anatomy: details.open ? (session.state.rules[0] ?? null) : null });
  });
  session.on((change) => change !== "step" && follow());
  follow();
  return details;
}
