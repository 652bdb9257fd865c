// A quantity as a shape: an arrow for a vector, a square whose side is the root for squares, a bar for the rest.
import { makeSvg } from "../parts/elements";
import { plain } from "../formula/mathml";
import type { Part } from "./dissect";

const SIDE = 64;

/** The shapes of a part for x and y, the larger one filling its place; a number is one bar. */
export function glyph(part: Part): SVGElement {
  const largest = Math.max(...part.values);
  const [width, height] = [2 * SIDE + 24, SIDE + 18];
  const svg = makeSvg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: `glyph ${part.kind}`,
    role: "img",
    "aria-label": spoken(part),
  });
  if (part.name === "step") {
    // As in the picture: the way that the point goes.
    svg.append(
      ...arrow([-part.values[0], -part.values[1]], width / 2, SIDE / 2 + 2),
      label("minus the step", 30, height),
    );
  } else if (part.kind === "vector") svg.append(...arrow(part.values, width / 2, SIDE / 2 + 2));
  else {
    const values = part.kind === "number" ? [part.values[0]] : part.values;
    values.forEach((value, i) =>
      svg.append(...(part.kind === "square" ? square(value, largest, i) : bar(value, part, i))),
    );
    if (part.kind !== "number") svg.append(label("x", 6, height), label("y", SIDE + 30, height));
  }
  return svg;
}

/** Only the direction: the picture has the length. */
function arrow([x, y]: [number, number], left: number, top: number): SVGElement[] {
  const size = Math.hypot(x, y);
  if (!(size > 0) || !Number.isFinite(size))
    return [makeSvg("circle", { cx: String(left), cy: String(top), r: "3", class: "mark" })];
  const [dx, dy] = [(x / size) * (SIDE / 2 - 4), (-y / size) * (SIDE / 2 - 4)];
  const [tipX, tipY] = [left + dx, top + dy];
  const back = (turn: number) => {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return `${tipX - (c * dx - s * dy) * 0.36},${tipY - (s * dx + c * dy) * 0.36}`;
  };
  return [
    makeSvg("line", {
      x1: String(left - dx),
      y1: String(top - dy),
      x2: String(tipX),
      y2: String(tipY),
      class: "shaft",
    }),
    makeSvg("polyline", { points: `${back(0.5)} ${tipX},${tipY} ${back(-0.5)}`, class: "shaft" }),
  ];
}

function square(value: number, largest: number, i: number): SVGElement[] {
  const side = largest > 0 && value > 0 ? Math.max(1.5, SIDE * Math.sqrt(Math.min(1, value / largest))) : 0;
  const left = 16 + i * (SIDE + 24);
  const rect = {
    x: String(left),
    y: String(SIDE - side + 2),
    width: String(side),
    height: String(side),
    class: "mark",
  };
  return [
    makeSvg("rect", rect),
    makeSvg("line", {
      x1: String(left),
      x2: String(left + SIDE - 8),
      y1: String(SIDE + 2),
      y2: String(SIDE + 2),
      class: "ground",
    }),
  ];
}

/** A bar from 0, up or down, beside the other coordinate's; the longer fills the height. */
function bar(value: number, { values }: Part, i: number): SVGElement[] {
  const most = Math.max(...values.map(Math.abs)) || 1;
  const negative = values.some((number) => number < 0);
  const room = negative ? SIDE / 2 : SIDE;
  const length = Number.isFinite(value) ? (Math.abs(value) / most) * (room - 4) : 0;
  const zero = negative ? SIDE / 2 + 2 : SIDE + 2;
  const left = 24 + i * (SIDE + 24);
  const rect = {
    x: String(left),
    y: String(value < 0 ? zero : zero - length),
    width: "18",
    height: String(length),
    class: "mark",
  };
  return [
    makeSvg("rect", rect),
    makeSvg("line", {
      x1: String(left - 8),
      x2: String(left + 26),
      y1: String(zero),
      y2: String(zero),
      class: "ground",
    }),
  ];
}

function label(text: string, x: number, height: number): SVGElement {
  return makeSvg("text", { x: String(x), y: String(height - 3) }, document.createTextNode(text));
}

function spoken({ name, kind, values }: Part): string {
  const [x, y] = values.map(plain) as [string, string];
  if (kind === "number") return `${name} = ${x}, the same for x and y`;
  const shape = { vector: "an arrow", square: "two squares, the root their side", size: "two bars" }[kind];
  return `${name} as ${shape}: ${x} for x, ${y} for y`;
}
