// The lines, words and dots of the chain's drawings.
import { makeSvg } from "../parts/elements";

export const DOT = "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0";
export const CROSS = "M-5 -5L5 5M-5 5L5 -5";

export function line(d: string, name: string): SVGElement {
  return makeSvg("path", { d, class: name });
}

export function words(x: number, y: number, text: string, anchor: string, name = ""): SVGElement {
  const at = { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, class: name };
  return makeSvg("text", at, document.createTextNode(text));
}

export function mark(x: number, y: number, d: string, name: string): SVGElement {
  return makeSvg("path", { d, class: name, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
}

export function fill(svg: SVGElement, width: number, height: number, parts: readonly SVGElement[]): void {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.replaceChildren(...parts);
}
