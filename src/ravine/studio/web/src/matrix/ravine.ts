// The ravine, seen along the two directions of the gradient, and the paths of the three rules through it.
import { makeSvg } from "../parts/elements";
import { type Entrant, STEPS } from "./descent";

const [LOW, HIGH] = [-1.15, 1.15];
const LEVELS = [0.02, 0.1, 0.3, 0.7, 1.5, 3, 6, 12, 25, 50];
const MARGIN = 22; // below and left, for the names of the axes

export function drawRavine(svg: SVGElement, entrants: readonly Entrant[], ratio: number, size: number): void {
  const scale = (size - MARGIN) / (HIGH - LOW);
  const x = (weak: number): number => MARGIN + scale * (weak - LOW);
  const y = (strong: number): number => size - MARGIN - scale * (strong - LOW);
  const contours = LEVELS.map((level) =>
    // Of ½(ratio·strong² + weak²).
    makeSvg("ellipse", {
      class: "contour",
      cx: x(0).toFixed(1),
      cy: y(0).toFixed(1),
      rx: (scale * Math.sqrt(2 * level)).toFixed(1),
      ry: (scale * Math.sqrt((2 * level) / ratio)).toFixed(1),
    }),
  );
  const paths = entrants.map(({ name, path }) =>
    makeSvg("path", { class: `${name} path`, d: `M${path.map(([strong, weak]) => `${x(weak).toFixed(1)} ${y(strong).toFixed(1)}`).join("L")}` }),
  );
  const ends = entrants.map(({ name, path }) => {
    const [strong, weak] = path.at(-1)!;
    return makeSvg("circle", { class: `${name} end`, cx: x(weak).toFixed(1), cy: y(strong).toFixed(1), r: "4" });
  });
  const words = (text: string, attributes: Record<string, string>): SVGElement => makeSvg("text", attributes, document.createTextNode(text));
  const clip = `clip-${Math.round(size)}-${svg.id}`;
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.replaceChildren(
    makeSvg("clipPath", { id: clip }, makeSvg("rect", { x: String(MARGIN), y: "0", width: String(size - MARGIN), height: String(size - MARGIN) })),
    makeSvg("g", { "clip-path": `url(#${clip})` }, ...contours, ...paths, ...ends),
    makeSvg("path", { class: "minimum", d: `M${x(0) - 5} ${y(0)}h10M${x(0)} ${y(0) - 5}v10` }),
    words("along the weak direction →", { x: String(size), y: String(size - 6), "text-anchor": "end" }),
    words("the strong one →", { "text-anchor": "end", transform: `translate(14 0) rotate(-90)` }),
  );
  const left = entrants.map(({ title, path }) => `${title}: ${path.at(-1)!.map((value) => value.toFixed(2)).join(" and ")}`);
  svg.setAttribute("aria-label", `Three paths from 1 and 1 through the ravine. After ${STEPS} steps what is left is, with ${left.join("; with ")}.`);
}
