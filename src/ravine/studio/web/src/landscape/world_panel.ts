// What is descended and how: the landscape or a formula, the start, the number of steps, noise and schedule.
import { known } from "../engine/landscape";
import type { Session } from "../engine/session";
import type { Scale } from "../engine/settings";
import { MOST_STEPS, type State } from "../engine/state";
import { parse } from "../formula/formula";
import { FUNCTIONS } from "../formula/language";
import { pointTo } from "../formula/pointer";
import { type Dial, dial, plain } from "../parts/dial";
import { button, freshId, make } from "../parts/elements";

type Change = (patch: Partial<State>) => void;

export function landscapePanel(session: Session, change: Change): HTMLElement {
  const id = freshId();
  const select = make("select", { id });
  for (const { name, title } of Object.values(RAVINE.landscapes)) select.append(make("option", { value: name }, title));
  select.append(make("option", { value: "formula" }, "A formula of your own"));
  select.addEventListener("change", () => {
    const own = select.value === "formula";
    change({
      landscape: select.value,
      start: null,
      shape: {},
      ...(own && !session.state.formula ? { formula: "x**2 - y**2" } : {}),
    });
  });
  const lesson = make("p", { class: "note" });
  const shape = make("div", { class: "dials" });
  const own = ownFormula(session, change);
  const box = make(
    "div",
    { class: "panel", "data-panel": "landscape" },
    row("Landscape", select, id),
    lesson,
    shape,
    own.element,
  );
  let dials = new Map<string, Dial>();
  let shown = "";
  const follow = () => {
    select.value = session.state.landscape;
    lesson.textContent = session.landscape.lesson;
    own.element.hidden = session.state.landscape !== "formula";
    own.follow();
    if (shown !== session.landscape.name) {
      shown = session.landscape.name;
      dials = shapeDials(session, change);
      shape.replaceChildren(...[...dials.values()].map(({ element }) => element));
    }
    for (const [name, { show }] of dials) show(session.landscape.parameters[name]!);
  };
  session.on((what) => what === "race" && follow());
  follow();
  return box;
}

/** The landscape's own numbers; a slider spans a hundredth to a hundred times the usual value. */
function shapeDials(session: Session, change: Change): Map<string, Dial> {
  const facts = RAVINE.landscapes[session.landscape.name];
  if (!facts) return new Map();
  return new Map(
    Object.entries(facts.parameters).map(([name, usual]) => {
      const minimaStay = (value: number) => staysMinimal(facts, name, value);
      const made = dial({
        label: name,
        name,
        meaning: `of ${facts.title}`,
        scale: around(usual),
        takes: (value) => Number.isFinite(value) && minimaStay(value),
        wanted: "what keeps its minimum where it is",
        turned: (value) => change({ shape: { ...session.state.shape, [name]: value } }),
      });
      return [name, made];
    }),
  );
}

/** Whether the known minima are minima in that shape too, as Landscape.with_parameters asks. */
function staysMinimal(facts: LandscapeFacts, name: string, value: number): boolean {
  const changed = known(facts, { ...facts.parameters, [name]: value });
  return changed.minima.every(([x, y]) =>
    Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8).every(
      (angle) => changed.value(x + 1e-3 * Math.cos(angle), y + 1e-3 * Math.sin(angle)) >= changed.value(x, y),
    ),
  );
}

function around(usual: number): Scale {
  return {
    toValue: (position) => Number((usual * 100 ** (2 * position - 1)).toPrecision(3)),
    toPosition: (value) => Math.min(Math.max((Math.log(value / usual) / Math.log(100) + 1) / 2, 0), 1),
  };
}

function ownFormula(session: Session, change: Change): { element: HTMLElement; follow: () => void } {
  const id = freshId();
  const formula = make("input", {
    type: "text",
    id,
    maxlength: "1000",
    spellcheck: "false",
    autocomplete: "off",
    class: "formula",
  });
  const trouble = make("p", { class: "trouble", id: `${id}-trouble`, role: "alert" });
  formula.setAttribute("aria-describedby", trouble.id);
  formula.addEventListener("input", () => change({ formula: formula.value, start: null }));
  const ends = (["x from", "x to", "y from", "y to"] as const).map((label) => numberField(label, () => domain()));
  const domain = () => {
    const [x0, x1, y0, y1] = ends.map(({ input }) => Number(input.value || NaN)) as [number, number, number, number];
    const fits = x0 < x1 && y0 < y1 && [x0, x1, y0, y1].every(Number.isFinite);
    // One end may pass the other on the way to a new domain, so nothing is put back: it is marked.
    for (const { input } of ends) input.setAttribute("aria-invalid", String(!fits));
    if (fits) change({ domain: { x: [x0, x1], y: [y0, y1] }, start: null });
  };
  const words = `Numbers, x, y, + - * / **, ${[...FUNCTIONS.keys()].join(" ")}, pi`;
  return {
    element: make(
      "div",
      { class: "own" },
      row("f(x, y) =", formula, id),
      trouble,
      make("div", { class: "fields" }, ...ends.map(({ element }) => element)),
      make("p", { class: "note" }, words),
    ),
    follow() {
      if (document.activeElement !== formula) formula.value = session.state.formula;
      const own = session.state.landscape === "formula";
      const read = own ? parse(session.state.formula) : null;
      trouble.replaceChildren(
        ...(read?.ok === false ? pointTo(session.state.formula, read.mistake) : own ? [session.trouble] : []),
      );
      formula.setAttribute("aria-invalid", String(trouble.textContent !== ""));
      const shown = session.state.domain ?? { x: [-2, 2], y: [-2, 2] };
      [...shown.x, ...shown.y].forEach((value, i) => {
        if (document.activeElement !== ends[i]!.input) ends[i]!.input.value = plain(value);
      });
    },
  };
}

export function startPanel(session: Session, change: Change): HTMLElement {
  const take = () => {
    const [x, y] = [Number(left.input.value || NaN), Number(right.input.value || NaN)];
    if (Number.isFinite(x) && Number.isFinite(y)) change({ start: [x, y] });
  };
  const left = field("Start x", take, () => session.start[0]);
  const right = field("Start y", take, () => session.start[1]);
  const again = button("Its own start", () => change({ start: null }), { class: "quiet" });
  session.on((what) => what === "race" && follow());
  const follow = () => {
    left.follow();
    right.follow();
  };
  follow();
  return make("div", { class: "fields", "data-panel": "start" }, left.element, right.element, again);
}

export function runPanel(session: Session, change: Change): HTMLElement[] {
  const steps = field(
    "Steps",
    () => whole(steps.input, 1, MOST_STEPS, (value) => change({ steps: value })),
    () => session.state.steps,
  );
  const noise = field(
    "Gradient noise",
    () => {
      const value = Number(noise.input.value || NaN);
      if (Number.isFinite(value) && value >= 0) change({ noise: value });
    },
    () => session.state.noise,
  );
  noise.input.title =
    "Standard deviation of Gaussian noise on both components of each gradient, the same for every rule";
  const seed = field(
    "Seed",
    () => whole(seed.input, 0, 2 ** 32 - 1, (value) => change({ seed: value })),
    () => session.state.seed,
  );
  const next = button("Another", () => change({ seed: (session.state.seed + 1) % 2 ** 32 }), { class: "quiet" });
  const id = freshId();
  const schedule = make("select", { id });
  for (const { name, title } of Object.values(RAVINE.schedules))
    schedule.append(make("option", { value: name }, title));
  schedule.addEventListener("change", () => change({ schedule: schedule.value }));
  session.on((what) => what === "race" && follow());
  const follow = () => {
    for (const each of [steps, noise, seed]) each.follow();
    schedule.value = session.state.schedule;
    seed.element.hidden = next.hidden = session.state.noise === 0;
  };
  follow();
  return [
    make("div", { class: "fields", "data-panel": "noise" }, steps.element, noise.element, seed.element, next),
    make("div", { "data-panel": "schedule" }, row("Rate over time", schedule, id)),
  ];
}

function whole(input: HTMLInputElement, low: number, high: number, take: (value: number) => void): void {
  const value = Number(input.value || NaN);
  if (Number.isInteger(value)) take(Math.min(Math.max(value, low), high));
}

function row(label: string, control: HTMLElement, id: string): HTMLElement {
  return make("div", { class: "row" }, make("label", { for: id }, label), control);
}

function numberField(label: string, taken: () => void): { element: HTMLElement; input: HTMLInputElement } {
  const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  input.addEventListener("change", taken);
  return { element: make("label", { class: "field" }, label, input), input };
}

/** A field that shows what is held: also when what was typed is refused, or brought within bounds. */
function field(label: string, taken: () => void, held: () => number) {
  const show = () => (made.input.value = plain(held()));
  const made = numberField(label, () => {
    taken();
    show();
  });
  return {
    ...made,
    follow: () => {
      if (document.activeElement !== made.input) show();
    },
  };
}
