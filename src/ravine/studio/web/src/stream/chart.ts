// A small chart of values against the step, as SVG: lines told apart by colour, dash and a marker at the reading.
import { makeSvg, short } from "../parts/elements";
import { markerPath } from "../landscape/markers";

export interface Series {
  label: string; // of the whole line, for the summary
  values: readonly number[];
  look: Look | null; // null: the gradient, drawn in ink
  hat: boolean; // a corrected value beside the raw one: dotted
  rule: string;
}

const LEFT = 58;
const RIGHT = 12;
const TOP = 8;

/** Draws into `svg`, whose width is `width` pixels. Bars from zero where `bars`; steps below the last chart only. */
export function draw(svg: SVGElement, series: readonly Series[], width: number, at: number, last: boolean): void {
  const below = last ? 24 : 8;
  const plot = 104;
  const height = TOP + plot + below;
  const steps = Math.max(1, ...series.map(({ values }) => values.length));
  const [low, high] = extent(series);
  const x = (t: number) => LEFT + ((width - LEFT - RIGHT) * (t - 1)) / Math.max(1, steps - 1);
  const y = (value: number) => TOP + plot * (1 - (Math.min(Math.max(value, low), high) - low) / (high - low));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  const parts: Node[] = [];
  for (const tick of ticks(low, high)) {
    parts.push(line(LEFT, y(tick), width - RIGHT, y(tick), tick === 0 ? "zero" : "rule-line"));
    parts.push(text(LEFT - 6, y(tick) + 4, short(tick), "end"));
  }
  if (last) {
    for (const t of stepTicks(steps)) parts.push(text(x(t), TOP + plot + 18, String(t), "middle"));
  }
  parts.push(line(x(at), TOP, x(at), TOP + plot, "at"));
  for (const { values, look, hat } of series) {
    const shape = look === null ? stems(values, x, y) : path(values, x, y);
    const made = makeSvg("path", {
      d: shape,
      class: look === null ? "stems" : `series${hat ? " hat" : ""}`,
    });
    if (look === null)
      made.style.setProperty("stroke-width", String(Math.min(1.6, (0.6 * (width - LEFT - RIGHT)) / steps)));
    if (look) made.style.setProperty("stroke", `light-dark(${look.light}, ${look.dark})`);
    if (look) made.setAttribute("stroke-dasharray", look.dash.join(" "));
    parts.push(made);
  }
  for (const { values, look } of series) {
    const value = values[at - 1];
    if (look === null || value === undefined || !Number.isFinite(value)) continue;
    const mark = makeSvg("path", {
      d: markerPath(look.marker),
      class: "reading",
      transform: `translate(${x(at)} ${y(value)}) scale(4.5)`,
    });
    mark.style.setProperty("fill", `light-dark(${look.light}, ${look.dark})`);
    parts.push(mark);
  }
  svg.replaceChildren(...parts);
  svg.setAttribute("aria-label", summary(series));
}

function extent(series: readonly Series[]): [number, number] {
  let [low, high] = [0, 0];
  for (const { values } of series) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low === high) return [-1, 1];
  const margin = 0.06 * (high - low);
  return [low < 0 ? low - margin : low, high > 0 ? high + margin : high];
}

/** Two to four round values, zero among them. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough)!;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function stepTicks(steps: number): number[] {
  const size = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((value) => steps / value <= 6) ?? 1000;
  return [
    1,
    ...Array.from({ length: Math.floor(steps / size) }, (_, i) => (i + 1) * size).filter(
      (t) => t > size / 2 && t !== 1,
    ),
  ];
}

type Scale = (value: number) => number;

function path(values: readonly number[], x: Scale, y: Scale): string {
  let drawn = "";
  let pen = false;
  values.forEach((value, i) => {
    if (Number.isFinite(value)) drawn += `${pen ? "L" : "M"}${x(i + 1).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = Number.isFinite(value);
  });
  return drawn;
}

function stems(values: readonly number[], x: Scale, y: Scale): string {
  return values
    .map((value, i) => (value === 0 ? "" : `M${x(i + 1).toFixed(1)} ${y(0).toFixed(1)}V${y(value).toFixed(1)}`))
    .join("");
}

function line(x1: number, y1: number, x2: number, y2: number, name: string): SVGElement {
  return makeSvg("path", { d: `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`, class: name });
}

function text(x: number, y: number, words: string, anchor: string): SVGElement {
  return makeSvg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, document.createTextNode(words));
}

function summary(series: readonly Series[]): string {
  const lines = series.map(({ label, values }) => {
    const finite = values.filter(Number.isFinite);
    const ends = `first ${short(values[0] ?? NaN)}, last ${short(values.at(-1) ?? NaN)}`;
    return `${label}: ${ends}, between ${short(Math.min(...finite))} and ${short(Math.max(...finite))}`;
  });
  return `${series[0]?.values.length ?? 0} steps. ${lines.join("; ")}.`;
}
