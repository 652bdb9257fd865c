// The activation and its slope, with the point at which each layer stands.
import { short } from "../parts/elements";
import type { Layer } from "./pass";
import { DOT, fill, line, mark, words } from "./shapes";

const LEFT = 40;
const RIGHT = 14;
const TOP = 20;
const PLOT = 90;
const GAP = 34;
const POINTS = 241;
const BEYOND = { right: "M-3 -5L5 0L-3 5Z", left: "M3 -5L-5 0L3 5Z" };

export function drawCurves(svg: SVGElement, activation: ActivationCurve, layers: readonly Layer[], width: number): void {
  const { value, slope, parameters } = activation;
  const numbers = Object.values(parameters);
  const reach = Math.min(12, Math.max(5, ...layers.map(({ z }) => Math.ceil(Math.abs(z)))));
  const zs = Array.from({ length: POINTS }, (_, i) => reach * ((2 * i) / (POINTS - 1) - 1));
  const x = (z: number): number => LEFT + ((width - LEFT - RIGHT) * (clamp(z, reach) + reach)) / (2 * reach);
  const parts: SVGElement[] = [];

  const panel = (top: number, title: string, name: string, of: (z: number) => number, at: (layer: Layer) => number): void => {
    const values = zs.map(of);
    const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
    const y = (v: number): number => top + (PLOT * (high - Math.max(low, Math.min(high, v)))) / (high - low);
    parts.push(words(LEFT, top - 7, title, "start"));
    for (const tick of new Set([low < -0.5 ? low : 0, 0, high])) {
      parts.push(line(`M${LEFT} ${y(tick)}H${width - RIGHT}`, tick === 0 ? "zero" : "grid"));
      parts.push(words(LEFT - 6, y(tick) + 4, short(Number(tick.toPrecision(2))), "end"));
    }
    parts.push(line(`M${values.map((v, i) => `${x(zs[i]!).toFixed(1)} ${y(v).toFixed(1)}`).join("L")}`, `curve ${name}`));
    layers.forEach((layer) => {
      const shape = Math.abs(layer.z) <= reach ? DOT : layer.z > 0 ? BEYOND.right : BEYOND.left;
      parts.push(mark(x(layer.z), y(at(layer)), shape, "point"));
    });
    const [first, last] = [layers[0]!, layers.at(-1)!];
    parts.push(words(x(first.z), y(at(first)) - 8, "1", "middle", "name"));
    if (Math.abs(x(first.z) - x(last.z)) > 14) parts.push(words(x(last.z), y(at(last)) - 8, String(layers.length), "middle", "name"));
  };
  panel(TOP, "what it gives, f(z)", "by-value", (z) => value(z, ...numbers), ({ output }) => output);
  panel(TOP + PLOT + GAP, "its slope, f′(z)", "by-slope", (z) => slope(z, ...numbers), (layer) => layer.slope);
  const bottom = TOP + 2 * PLOT + GAP;
  for (const z of [-reach, 0, reach]) {
    parts.push(words(x(z), bottom + 18, short(z), z < 0 ? "start" : z > 0 ? "end" : "middle"));
  }
  parts.push(words((LEFT + width - RIGHT) / 2, bottom + 37, "z, what goes in; a dot for each layer", "middle"));
  fill(svg, width, bottom + 42, parts);
}

function clamp(z: number, reach: number): number {
  return Math.max(-reach, Math.min(reach, z));
}
