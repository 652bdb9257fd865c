// The mask widget: a dropout layer, forward and back, and what its masks come to on average.
import { dial, linear } from "../parts/dial";
import { button, freshId, make, makeSvg, short } from "../parts/elements";
import { teller } from "../parts/tell";
import type { Widget } from "../site/start";
import { counted, Layer, UNITS } from "./layer";
import { drawRows } from "./rows";
import { kept, type MaskState, read, WANTED } from "./state";

const MANY = 1000;

export const mask: Widget = (root, query) => {
  const { state, refused } = read(query);
  let layer = new Layer(state);
  const rows = makeSvg("svg", { class: "mask-rows", role: "img" });
  const said = make("p", { class: "mask-said", role: "status" });
  const box = make("div", { class: "mask-drawing" }, rows);
  const tell = teller(root);

  const show = (): void => {
    const width = Math.floor(box.clientWidth);
    const pass = state.training && layer.masks > 0 ? layer.last : layer.evaluated();
    if (width >= 100) drawRows(rows, pass, layer, width);
    said.textContent = summary(state, layer);
    rows.setAttribute("aria-label", said.textContent);
  };
  const draw = (count: number): void => {
    layer.draw(count);
    show();
    tell({ happened: "drawn", of: layer.masks });
  };
  const anew = (): void => {
    layer = new Layer(state);
    layer.draw(1);
    show();
  };
  const changed = (control: string, value: number | string): void => {
    anew();
    tell({ control, value });
  };
  const turned = (p: number): void => {
    chance.show(p);
    state.p = p;
    changed("p", p);
  };
  const chance = dial({ label: "p", name: "p", meaning: "a probability", scale: linear(0, 1, 0.05), wanted: WANTED, value: state.p, turned });
  const meaning = select("p is the chance to", { drop: "drop a unit (PyTorch, Keras)", keep: "keep a unit (the paper, TensorFlow 1)" }, state.meaning, (value) => {
    state.meaning = value;
    changed("meaning", value);
  });
  const scaled = check("multiply what is kept by 1/(share kept)", state.scaled, (on) => {
    state.scaled = on;
    changed("scaled", Number(on));
  });
  const evaluate = check("evaluate: no mask", !state.training, (on) => {
    state.training = !on;
    drawing.forEach((one) => (one.disabled = on));
    show();
    tell({ control: "evaluate", value: Number(on) });
  });
  const drawing = [
    button("Draw a mask", () => draw(1), { class: "main" }),
    button(`Draw ${MANY.toLocaleString("en")}`, () => draw(MANY)),
  ];
  root.replaceChildren(
    ...refused.map((text) => make("p", { class: "complaint" }, text)),
    make("div", { class: "mask-controls" }, meaning, chance.element, scaled, evaluate),
    make("div", { class: "mask-buttons" }, ...drawing),
    box,
    said,
  );
  new ResizeObserver(show).observe(box);
  anew();
};

function select<T extends string>(label: string, options: Record<T, string>, value: T, chosen: (value: T) => void): HTMLElement {
  const made = make("select", { id: freshId() });
  for (const [name, words] of Object.entries<string>(options)) made.append(make("option", { value: name }, words));
  made.value = value;
  made.addEventListener("change", () => chosen(made.value as T));
  return make("div", { class: "field" }, make("label", { for: made.id }, label), made);
}

function check(words: string, on: boolean, changed: (on: boolean) => void): HTMLElement {
  const box = make("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => changed(box.checked));
  return make("label", { class: "check" }, box, words);
}

function summary(state: MaskState, layer: Layer): string {
  const share = kept(state);
  const mean = layer.mean().reduce((sum, value) => sum + value, 0);
  const whole = UNITS.reduce((sum, value) => sum + value, 0);
  const keeps = `Each unit is kept with a chance of ${short(share)}.`;
  if (!state.training) return `Evaluation: every unit goes on as it is, whatever p. ${keeps.replace("is kept", "was kept in training")}`;
  if (share === 0) return `${keeps} Nothing goes on: there is no such layer in practice.`;
  return `${keeps} Over ${counted(layer.masks)} the mean is ${short(mean / whole)} of what evaluation gives.`;
}
