// What goes in, the mask, what comes out, the gradient back, and the mean: a row of bars each.
import { makeSvg, short } from "../parts/elements";
import { counted, type Layer, type Pass, UNITS } from "./layer";

const LEFT = 8;
const TITLE = 20;
const GAP = 14;
const BAR = 46;
const CELL = 26;

export function drawRows(svg: SVGElement, pass: Pass, layer: Layer, width: number): void {
  const mean = layer.mean();
  const highest = Math.max(...UNITS, ...pass.output, ...mean);
  const steepest = Math.max(1, ...pass.gradient);
  const wide = (width - 2 * LEFT) / UNITS.length;
  const parts: SVGElement[] = [];
  let top = 0;

  const row = (title: string, height: number, draw: (bottom: number, place: (unit: number) => number) => void): void => {
    parts.push(makeSvg("text", { x: String(LEFT), y: String(top + 14), class: "mask-title" }, document.createTextNode(title)));
    top += TITLE + height;
    draw(top, (unit) => LEFT + wide * (unit + 0.5));
    parts.push(makeSvg("path", { d: `M${LEFT} ${top}H${width - LEFT}`, class: "grid" }));
    top += GAP;
  };
  const bars = (values: readonly number[], most: number, name: string) => (bottom: number, place: (unit: number) => number) => {
    values.forEach((value, unit) => parts.push(bar(place(unit), bottom, wide * 0.6, (BAR * value) / most, name)));
  };
  const factor = `× ${short(pass.factor)}`;

  row("What comes in, a", BAR, bars(UNITS, highest, "in"));
  row(`The mask, m: ${pass.mask.filter(Boolean).length} of ${UNITS.length} are kept`, CELL, (bottom, place) => {
    pass.mask.forEach((on, unit) => parts.push(cell(place(unit), bottom - 3, Math.min(wide * 0.6, CELL - 6), on)));
  });
  row(`What goes on, a · m ${factor}`, BAR, bars(pass.output, highest, "out"));
  row(`The gradient, 1, on its way back: m ${factor}`, BAR, bars(pass.gradient, steepest, "back"));
  row(`Mean of ${counted(layer.masks)}; in outline: evaluation`, BAR, (bottom, place) => {
    bars(mean, highest, "mean")(bottom, place);
    UNITS.forEach((value, unit) => parts.push(bar(place(unit), bottom, wide * 0.6, (BAR * value) / highest, "outline")));
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${top}`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(top));
  svg.replaceChildren(...parts);
}

function bar(middle: number, bottom: number, width: number, height: number, name: string): SVGElement {
  const size = { x: (middle - width / 2).toFixed(1), y: (bottom - height).toFixed(1), width: width.toFixed(1), height: height.toFixed(1) };
  return makeSvg("rect", { ...size, class: name });
}

/** A kept unit is a full square, a dropped one an empty one with a cross. */
function cell(middle: number, bottom: number, size: number, on: boolean): SVGElement {
  const [left, right, top] = [middle - size / 2, middle + size / 2, bottom - size];
  const square = `M${left} ${top}H${right}V${bottom}H${left}Z`;
  const cross = `M${left + 4} ${top + 4}L${right - 4} ${bottom - 4}M${right - 4} ${top + 4}L${left + 4} ${bottom - 4}`;
  return makeSvg("path", { d: on ? square : square + cross, class: on ? "kept" : "dropped" });
}
