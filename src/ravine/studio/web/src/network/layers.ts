// Each layer's numbers in a row, from the first to the last: read downwards, they are what the gradient meets.
import { make, short } from "../parts/elements";
import type { Course } from "./course";
import type { LayerNumbers } from "./examination";
import { bins, drawHistogram, sample } from "./histogram";
import type { Pair } from "./pair";
import { FONT, type Inks, mark, raised, Sheet } from "./sheet";

const HEALTHY = 1e-3; // of ‖step‖ / ‖weights‖: the heuristic of CS231n

interface Scale {
  of: (numbers: LayerNumbers) => number;
  mark: number | null; // drawn as a line
}

const NORM: Scale = { of: ({ gradientNorm }) => gradientNorm, mark: null };
const RATIO: Scale = { of: ({ updateRatio }) => updateRatio, mark: HEALTHY };

interface Row {
  element: HTMLElement;
  activations: Sheet | null;
  gradients: Sheet;
  norm: Sheet;
  ratio: Sheet;
  health: HTMLElement;
}

export class Layers {
  readonly element = make("div", { class: "layers", role: "group", "aria-label": "Layer by layer" });
  private rows: Row[] = [];

  /** New rows, for new networks. */
  build({ courses }: Pair): void {
    const deepest = courses.reduce((most, { trainer }) => Math.max(most, trainer.layers.length), 0);
    this.rows = Array.from({ length: deepest }, (_, l) => newRow(l, courses));
    const head = ["Layer", "Activations", "Gradients", "Gradient’s norm", "Step / weights", "Units"];
    this.element.replaceChildren(
      make("div", { class: "layer heads", "aria-hidden": "true" }, ...head.map((title) => make("span", {}, title))),
      ...this.rows.map(({ element }) => element),
    );
  }

  /** What draws each layer; nothing where they are folded away. */
  paints({ courses }: Pair, inks: Inks): (() => void)[] {
    if (!this.element.checkVisibility({ contentVisibilityAuto: true })) return [];
    const ranges = [NORM, RATIO].map((scale) => rangeOf(courses, scale)) as [Range, Range];
    const numbersOf = (l: number) => courses.map((course) => course.latest?.layers[l] ?? null);
    const drawn = this.rows.map((row, l) => () => {
      const there = courses.map((course) => (l < course.trainer.layers.length ? course : null));
      if (row.activations) {
        const values = there.map((course) => course?.examination.samples[l] ?? null);
        histogram(inks, row.activations, `Activations of layer ${l + 1}`, values, false);
      }
      const gradients = there.map((course) => (course && course.step > 0 ? sample(course.trainer.gradients[l]!.weights) : null));
      histogram(inks, row.gradients, `Gradients of the weights of layer ${l + 1}`, gradients, true);
      const numbers = numbersOf(l);
      dots(inks, row.norm, `Norm of the gradient of layer ${l + 1}`, numbers, NORM, ranges[0]);
      dots(inks, row.ratio, `Step over weights of layer ${l + 1}`, numbers, RATIO, ranges[1]);
    });
    const words = () => this.rows.forEach(({ health }, l) => health.replaceChildren(...numbersOf(l).flatMap(healthOf)));
    return [...drawn, words];
  }
}

function newRow(l: number, courses: readonly Course[]): Row {
  const hidden = courses.some(({ trainer }) => l < trainer.layers.length - 1);
  const [activations, gradients] = [hidden ? new Sheet("small") : null, new Sheet("small")];
  const [norm, ratio] = [new Sheet("dots"), new Sheet("dots")];
  const health = make("div", { class: "health" });
  const units = courses[0]!.trainer.layers[l]?.outputs ?? courses[1]!.trainer.layers[l]!.outputs;
  const title = make("b", {}, `${l + 1}`, make("span", {}, ` ${units} ${units === 1 ? "unit" : "units"}`));
  const cell = (name: string, content: Node | string) =>
    make("div", { class: "cell" }, make("span", { class: "cell-name", "aria-hidden": "true" }, name), content);
  const element = make(
    "div",
    { class: "layer", role: "group", "aria-label": `Layer ${l + 1}` },
    title,
    cell("Activations", activations?.canvas ?? make("span", { class: "none" }, "scores, no activation")),
    cell("Gradients", gradients.canvas),
    cell("Gradient’s norm", norm.canvas),
    cell("Step / weights", ratio.canvas),
    cell("Units", health),
  );
  return { element, activations, gradients, norm, ratio, health };
}

function histogram(inks: Inks, sheet: Sheet, name: string, values: (Float64Array | null)[], symmetric: boolean): void {
  const counted = bins(values, symmetric);
  sheet.words = counted ? `${name}: from ${short(counted.low)} to ${short(counted.high)}.` : `${name}: none yet.`;
  sheet.draw(inks, (context, width, height) => counted && drawHistogram(context, width, height, inks, counted));
}

type Range = [low: number, high: number] | null;

const LABEL = 28; // pixels that the label of a decade takes, with the space around it

/** Whole decades around the numbers of all layers. */
function rangeOf(courses: readonly Course[], { of, mark }: Scale): Range {
  const values = courses.flatMap(({ latest }) => latest?.layers.map(of) ?? []).filter((value) => value > 0 && value < Infinity);
  if (values.length === 0) return null;
  if (mark !== null) values.push(mark / 10, mark * 10);
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return [low, Math.max(high, low + 1)];
}

/** A dot for each network on a log axis that all layers share. */
function dots(inks: Inks, sheet: Sheet, name: string, numbers: (LayerNumbers | null)[], { of, mark: healthy }: Scale, range: Range): void {
  const values = numbers.map((each) => (each ? of(each) : NaN));
  const told = values.filter(Number.isFinite).map(short);
  sheet.words = `${name}: ${told.length > 0 ? told.join(", its twin’s ") : "none yet"}.`;
  sheet.draw(inks, (context, width, height) => {
    if (range === null) return;
    const [low, high] = range;
    const x = (exponent: number) => 10 + ((exponent - low) / (high - low)) * (width - 20);
    decadeLines(context, height, inks, range, x, healthy);
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      const left = x(value > 0 ? Math.log10(value) : low);
      const middle = values.length === 1 ? height / 2 - 5 : height / 2 - 10 + 10 * i;
      if (value > 0) return mark(context, i, left, middle, inks);
      context.fillStyle = inks.networks[i]!;
      context.textBaseline = "middle";
      context.fillText("0", left, middle); // which no log axis has
    });
  });
}

function decadeLines(
  context: CanvasRenderingContext2D,
  height: number,
  { line, soft, ink }: Inks,
  [low, high]: [number, number],
  x: (exponent: number) => number,
  mark: number | null,
): void {
  context.font = FONT.replace("12px", "10px");
  context.textAlign = "center";
  context.textBaseline = "bottom";
  const every = Math.ceil((LABEL * (high - low)) / (x(high) - x(low)));
  for (let exponent = low; exponent <= high; exponent++) {
    const marked = mark !== null && exponent === Math.round(Math.log10(mark));
    context.strokeStyle = marked ? ink : line;
    context.setLineDash(marked ? [3, 2] : []);
    context.beginPath();
    context.moveTo(Math.round(x(exponent)) + 0.5, 0);
    context.lineTo(Math.round(x(exponent)) + 0.5, height - 13);
    context.stroke();
    context.fillStyle = marked ? ink : soft;
    if (marked || (mark === null && (high - exponent) % every === 0)) context.fillText(`10${raised(exponent)}`, x(exponent), height);
  }
  context.setLineDash([]);
}

function whole(share: number): string {
  return `${Math.round(100 * share)}\u00a0%`;
}

function healthOf(numbers: LayerNumbers | null, i: number): HTMLElement[] {
  if (!numbers?.health) return [];
  const { dead, saturated, off } = numbers.health;
  const second = Number.isNaN(saturated) ? `${whole(off)} off` : `${whole(saturated)} saturated`;
  const line = make("span", { class: i === 0 ? "of-network" : "of-twin" }, make("b", {}, `${whole(dead)} dead`), `, ${second}`);
  if (dead > 0.25) line.classList.add("sick");
  return [line];
}
