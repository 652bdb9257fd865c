// What is descended and how: the landscape or a formula, the start, the number of steps, noise and schedule.
import { type Ends, endWanted, USUAL } from "../engine/domain";
import { type Point, shapeWanted } from "../engine/landscape";
import type { Session } from "../engine/session";
import type { Scale } from "../engine/settings";
import { LARGEST_SEED, MOST_STEPS, type State } from "../engine/state";
import { type Formula, parse } from "../formula/formula";
import { FUNCTIONS } from "../formula/language";
import { toMathml } from "../formula/mathml";
import { pointTo } from "../formula/pointer";
import { type Dial, dial } from "../parts/dial";
import { button, freshId, make, markup } from "../parts/elements";
import { numberField } from "../parts/number_input";

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
      const made = dial({
        label: name,
        name,
        meaning: `of ${facts.title}`,
        scale: around(usual),
        wanted: shapeWanted(facts, name),
        value: usual,
        turned: (value) => change({ shape: { ...session.state.shape, [name]: value } }),
      });
      return [name, made];
    }),
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
  const held = (): Ends => {
    const { domain } = session.state;
    return domain === null ? USUAL : [...domain.x, ...domain.y];
  };
  let draft: Ends | null = null;
  const take = (i: number, value: number) => {
    if (draft !== null) draft[i] = value;
    else {
      draft = [...held()];
      draft[i] = value;
      ends[i ^ 1]!.retry(); // the other end may have been refused only because of this one
      const [x0, x1, y0, y1] = draft;
      draft = null;
      change({ domain: { x: [x0, x1], y: [y0, y1] }, start: null });
    }
  };
  const ends = ["x from", "x to", "y from", "y to"].map((name, i) =>
    numberField({
      name,
      wanted: () => endWanted(draft ?? held(), i),
      held: () => held()[i]!,
      take: (value) => take(i, value),
    }),
  );
  const words = `Numbers, x, y, pi, + - * / ** and ${[...FUNCTIONS.keys()].join(" ")}; also x^2, x², 2x and tan`;
  const meant = make("p", { class: "formula-meant" });
  return {
    element: make(
      "div",
      { class: "own" },
      row("f(x, y) =", formula, id),
      trouble,
      meant,
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
      meant.replaceChildren(...(read?.ok ? readAs(read.formula, session.state.formula) : []));
      for (const { show } of ends) show();
    },
  };
}

/** How the formula was read: typeset, and in the language's own spelling where something else was typed. */
function readAs({ expression, python }: Formula, typed: string): Node[] {
  const typeset = markup(`<math><mrow>${toMathml(expression)}</mrow></math>`);
  const same = python.replace(/\s/g, "") === typed.replace(/\s/g, "");
  return ["Read as ", typeset, ...(same ? [] : [", ", make("code", {}, python)])].map((part) =>
    typeof part === "string" ? document.createTextNode(part) : part,
  );
}

export function startPanel(session: Session, change: Change): HTMLElement {
  const wanted = (place: (value: number) => Point, [low, high]: Point) => ({
    low,
    high,
    also: (value: number) =>
      Number.isFinite(session.landscape.value(...place(value))) ? null : `there is no height at (${place(value).join(", ")})`,
  });
  const left = numberField({
    name: "Start x",
    wanted: () => wanted((x) => [x, session.start[1]], session.landscape.domain.x),
    held: () => session.start[0],
    take: (x) => change({ start: [x, session.start[1]] }),
  });
  const right = numberField({
    name: "Start y",
    wanted: () => wanted((y) => [session.start[0], y], session.landscape.domain.y),
    held: () => session.start[1],
    take: (y) => change({ start: [session.start[0], y] }),
  });
  const again = button("Its own start", () => change({ start: null }), { class: "quiet" });
  session.on((what) => {
    if (what === "race") for (const { show } of [left, right]) show();
  });
  return make("div", { class: "fields", "data-panel": "start" }, left.element, right.element, again);
}

export function runPanel(session: Session, change: Change): HTMLElement[] {
  const steps = numberField({
    name: "Steps",
    wanted: () => ({ low: 1, high: MOST_STEPS, whole: true }),
    held: () => session.state.steps,
    take: (steps) => change({ steps }),
  });
  const noise = numberField({
    name: "Gradient noise",
    wanted: () => ({ low: 0 }),
    held: () => session.state.noise,
    take: (noise) => change({ noise }),
  });
  noise.element.title =
    "Standard deviation of Gaussian noise on both components of each gradient, the same for every rule";
  const seed = numberField({
    name: "Seed",
    wanted: () => ({ low: 0, high: LARGEST_SEED, whole: true }),
    held: () => session.state.seed,
    take: (seed) => change({ seed }),
  });
  const next = button("Another", () => change({ seed: (session.state.seed + 1) % 2 ** 32 }), { class: "quiet" });
  const id = freshId();
  const schedule = make("select", { id });
  for (const { name, title } of Object.values(RAVINE.schedules))
    schedule.append(make("option", { value: name }, title));
  schedule.addEventListener("change", () => change({ schedule: schedule.value }));
  session.on((what) => what === "race" && follow());
  const follow = () => {
    for (const { show } of [steps, noise, seed]) show();
    schedule.value = session.state.schedule;
    seed.element.hidden = next.hidden = session.state.noise === 0;
  };
  follow();
  return [
    make("div", { class: "fields", "data-panel": "noise" }, steps.element, noise.element, seed.element, next),
    make("div", { "data-panel": "schedule" }, row("Rate over time", schedule, id)),
  ];
}

function row(label: string, control: HTMLElement, id: string): HTMLElement {
  return make("div", { class: "row" }, make("label", { for: id }, label), control);
}
