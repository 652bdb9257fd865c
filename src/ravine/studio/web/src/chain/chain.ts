// The chain widget: a network of one unit a layer, and what is left of the gradient at its beginning.
import { dial, linear } from "../parts/dial";
import { freshId, make, makeSvg, short } from "../parts/elements";
import { teller } from "../parts/tell";
import type { Widget } from "../site/start";
import { drawCurves } from "./curves";
import { type Layer, pass } from "./pass";
import { drawStaircase } from "./staircase";
import { type ChainState, read, WANTED } from "./state";

const DIALS = {
  depth: { label: "layers", meaning: "how many there are", ends: [1, 20] },
  weight: { label: "weight w", meaning: "what each layer multiplies its input by", ends: [-3, 3] },
  bias: { label: "bias b", meaning: "what each layer adds", ends: [-4, 4] },
  input: { label: "input x", meaning: "what goes into the first layer", ends: [-4, 4] },
} as const;

export const chain: Widget = (root, query) => {
  const { state, refused } = read(query);
  const stairs = makeSvg("svg", { class: "chain-stairs", role: "img" });
  const curves = makeSvg("svg", { class: "chain-curves", role: "img" });
  const said = make("p", { class: "chain-said", role: "status" });
  const table = make("details", {}, make("summary", {}, "The numbers as a table"));
  const boxes = [make("div", {}, stairs), make("div", {}, curves)] as const;
  const drawings = make("div", { class: "chain-drawings" }, ...boxes);

  const draw = (): void => {
    const layers = pass(state);
    const activation = RAVINE.activations[state.activation]!;
    const [left, right] = boxes.map((box) => Math.floor(box.clientWidth)) as [number, number];
    if (left >= 100) drawStaircase(stairs, layers, left);
    if (right >= 100) drawCurves(curves, activation, layers, right);
    said.replaceChildren(...summary(state, layers));
    stairs.setAttribute("aria-label", said.textContent);
    curves.setAttribute("aria-label", `${activation.title} and its slope. ${positions(layers)}.`);
    if (table.open) fillTable(table, layers);
  };
  const tell = teller(root);
  const changed = (control: keyof ChainState): void => {
    draw();
    tell({ control, value: state[control] });
  };
  root.replaceChildren(
    ...refused.map((text) => make("p", { class: "complaint" }, text)),
    make("div", { class: "chain-controls" }, choice(state, changed), ...dials(state, changed)),
    make("p", { class: "chain-key" }, key("by-slope", "times the slope f′(z)"), key("by-weight", "times the weight w")),
    drawings,
    said,
    table,
  );
  table.addEventListener("toggle", () => table.open && fillTable(table, pass(state)));
  new ResizeObserver(draw).observe(drawings);
  draw();
};

function choice(state: ChainState, changed: (control: keyof ChainState) => void): HTMLElement {
  const options = Object.values(RAVINE.activations).map(({ name, title }) => make("option", { value: name }, title));
  const select = make("select", { id: freshId() }, ...options);
  select.value = state.activation;
  select.addEventListener("change", () => {
    state.activation = select.value;
    changed("activation");
  });
  return make("div", { class: "field" }, make("label", { for: select.id }, "activation"), select);
}

function dials(state: ChainState, changed: (control: keyof ChainState) => void): HTMLElement[] {
  return (Object.keys(DIALS) as (keyof typeof DIALS)[]).map((name) => {
    const { label, meaning, ends } = DIALS[name];
    const [from, to] = ends;
    const made = dial({
      label,
      name: label,
      meaning,
      scale: linear(from, to, WANTED[name].whole === true ? 1 : 0.05),
      wanted: WANTED[name],
      value: state[name],
      turned: (value) => {
        made.show(value);
        state[name] = value;
        changed(name);
      },
    });
    return made.element;
  });
}

function key(kind: string, words: string): HTMLElement {
  const stroke = makeSvg("path", { d: "M2 6H26", class: kind });
  return make("span", {}, makeSvg("svg", { viewBox: "0 0 28 12", width: "28", height: "12", "aria-hidden": "true" }, stroke), words);
}

function summary({ depth, weight }: ChainState, layers: readonly Layer[]): (Node | string)[] {
  const slopes = layers.reduce((product, { slope }) => product * slope, 1);
  const lost = layers.map(({ slope }) => slope).lastIndexOf(0);
  const [each, these] = depth > 1 ? [`The ${depth} slopes multiply to`, `the ${depth} weights to`] : ["The slope is", "the weight"];
  return [
    make("b", {}, `What is left of the gradient at the input: ${short(layers[0]!.byInput)}.`),
    ` ${each} ${short(slopes)}, ${these} ${short(weight ** depth)}.`,
    lost < 0 ? "" : ` The slope of layer ${lost + 1} is exactly 0: nothing passes it.`,
  ];
}

function positions(layers: readonly Layer[]): string {
  return layers.map(({ z, slope }, l) => `Layer ${l + 1}: z ${short(z)}, slope ${short(slope)}`).join("; ");
}

const HEADS = ["layer", "z", "f(z)", "f′(z)", "gradient by z", "gradient by its input"];

function fillTable(table: HTMLElement, layers: readonly Layer[]): void {
  const rows = layers.map(({ z, output, slope, byZ, byInput }, l) => {
    const cells = [z, output, slope, byZ, byInput].map((value) => make("td", {}, short(value)));
    return make("tr", {}, make("th", { scope: "row" }, String(l + 1)), ...cells);
  });
  const head = make("tr", {}, ...HEADS.map((word) => make("th", { scope: "col" }, word)));
  const made = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  const scrolling = make("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Each layer" }, made);
  table.replaceChildren(table.firstElementChild!, scrolling);
}
