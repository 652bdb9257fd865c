// The matrix widget: what orthogonalising a step does to a weight whose two directions are the axes of a ravine.
import type { Scale } from "../engine/settings";
import { dial, linear } from "../parts/dial";
import { freshId, make, makeSvg, short } from "../parts/elements";
import { teller } from "../parts/tell";
import type { Widget } from "../site/start";
import { drawCircle } from "./circle";
import { type Entrant, entrants, gradientAt, STEPS } from "./descent";
import { drawRavine } from "./ravine";
import { type MatrixState, read, WANTED } from "./state";
import { stretching } from "./two_by_two";

const RATIO: Scale = {
  toValue: (position) => Number((100 ** position).toPrecision(2)),
  toPosition: (value) => Math.log(value) / Math.log(100),
};

const DIALS = {
  ratio: { label: "strong : weak", meaning: "how many times the gradient’s weak direction its strong one is", scale: RATIO },
  turn: { label: "turned by", meaning: "the angle of the strong direction, in degrees", scale: linear(0, 90, 5) },
  passes: { label: "passes", meaning: "how many of the five passes of Newton and Schulz are done", scale: linear(0, 5, 1) },
} as const;

const HEADS = ["the step is", "larger singular value", "smaller", "larger : smaller", `left after ${STEPS} steps`];

export const matrix: Widget = (root, query) => {
  const { state, refused } = read(query);
  const [circle, ravine] = ["matrix-circle", "matrix-ravine"].map((name) => makeSvg("svg", { class: name, role: "img", id: freshId() })) as [SVGElement, SVGElement];
  const boxes = [picture("What the step makes of a circle", circle), picture("A ravine, along the two directions", ravine)];
  const drawings = make("div", { class: "matrix-drawings" }, ...boxes);
  const said = make("p", { class: "matrix-said", role: "status" });
  const body = make("tbody");
  const head = make("tr", {}, ...HEADS.map((word) => make("th", { scope: "col" }, word)));
  const table = make("table", {}, make("thead", {}, head), body);

  const draw = (): void => {
    const found = entrants(state);
    const gradient = gradientAt(stretching(1, 1, state.turn), state);
    const size = Math.min(360, Math.floor(boxes[0]!.clientWidth));
    if (size >= 100) {
      drawCircle(circle, gradient, state, size);
      drawRavine(ravine, found, state.ratio, size);
    }
    said.textContent = summary(state, found);
    body.replaceChildren(...found.map(row));
  };
  const tell = teller(root);
  const dials = (Object.keys(DIALS) as (keyof MatrixState)[]).map((name) => {
    const { label, meaning, scale } = DIALS[name];
    const turned = (value: number): void => {
      made.show(value);
      state[name] = value;
      draw();
      tell({ control: name, value });
    };
    const made = dial({ label, name: label, meaning, scale, wanted: WANTED[name], value: state[name], turned });
    return made.element;
  });
  root.replaceChildren(
    ...refused.map((text) => make("p", { class: "complaint" }, text)),
    make("div", { class: "matrix-controls" }, ...dials),
    drawings,
    said,
    make("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Three steps" }, table),
  );
  new ResizeObserver(draw).observe(drawings);
  draw();
};

function picture(title: string, svg: SVGElement): HTMLElement {
  return make("div", {}, make("p", { class: "matrix-title" }, title), svg);
}

/** The singular values of the first step, and the weight that is left in the end. */
function row({ name, title, values, path }: Entrant): HTMLElement {
  const line = makeSvg("svg", { viewBox: "0 0 28 12", width: "28", height: "12", "aria-hidden": "true" }, makeSvg("path", { d: "M2 6H26", class: name }));
  const [larger, smaller] = values;
  const ratio = smaller > 1e-9 ? `${short(Number((larger / smaller).toPrecision(2)))} : 1` : "nothing weak";
  const numbers = [fixed(larger), fixed(smaller), ratio, path.at(-1)!.map(fixed).join(" and ")];
  return make("tr", {}, make("th", { scope: "row" }, line, ` ${title}`), ...numbers.map((text) => make("td", {}, text)));
}

function summary({ passes }: MatrixState, found: readonly Entrant[]): string {
  const [gradient, , orthogonal] = found.map(({ values }) => values.map(fixed).join(" and ")) as [string, string, string];
  const done = passes === 0 ? "Divided by its norm alone" : passes === 1 ? "After one pass" : `After ${passes} passes`;
  return `The gradient’s singular values are ${gradient}. ${done} they are ${orthogonal}.`;
}

/** To two decimals, and nought without a sign. */
function fixed(value: number): string {
  return (Number(value.toFixed(2)) || 0).toFixed(2).replace("-", "−");
}
