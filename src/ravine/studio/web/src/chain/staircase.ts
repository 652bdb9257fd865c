// The gradient on its way back through the layers, factor by factor on an axis of powers of ten.
import type { Layer } from "./pass";
import { CROSS, DOT, fill, line, mark, words } from "./shapes";

const LEFT = 52;
const RIGHT = 16;
const TOP = 14;
const PLOT = 218;
const BELOW = 42;
const LEAST = -40; // powers of ten: what is smaller stands at the foot

export function drawStaircase(svg: SVGElement, layers: readonly Layer[], width: number): void {
  const [low, high] = range(layers);
  const y = (gradient: number): number => {
    const power = Math.log10(Math.abs(gradient));
    return TOP + (PLOT * (high - Math.max(low, Number.isNaN(power) ? low : power))) / (high - low);
  };
  const x = (place: number): number => LEFT + ((width - LEFT - RIGHT) * place) / layers.length;
  const parts: SVGElement[] = [];
  const each = [1, 2, 5, 10].find((size) => (high - low) / size <= 8) ?? 20;
  for (let power = Math.ceil(low / each) * each; power <= high; power += each) {
    const at = y(10 ** power);
    parts.push(line(`M${LEFT} ${at}H${width - RIGHT}`, power === 0 ? "zero" : "grid"));
    parts.push(words(LEFT - 8, at + 4, power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`, "end"));
  }
  const skip = Math.ceil((layers.length * 26) / (width - LEFT - RIGHT));
  layers.forEach((_, l) => {
    if (l % skip === 0) parts.push(words(x(l + 0.5), TOP + PLOT + 18, String(l + 1), "middle"));
  });
  parts.push(words((LEFT + width - RIGHT) / 2, TOP + PLOT + 37, "layer; the gradient comes from the right", "middle"));
  let before = 1;
  const by = (from: number, to: number, place: number, kind: string): void => {
    if (from !== 0) parts.push(line(`M${x(place)} ${y(from)}L${x(place - 0.5)} ${y(to)}`, to === 0 ? "lost" : kind));
  };
  for (let l = layers.length - 1; l >= 0; l--) {
    const { byZ, byInput } = layers[l]!;
    by(before, byZ, l + 1, "by-slope");
    by(byZ, byInput, l + 0.5, "by-weight");
    before = byInput;
  }
  [...layers.map(({ byInput }) => byInput), 1].forEach((gradient, place) => {
    parts.push(mark(x(place), y(gradient), gradient === 0 ? CROSS : DOT, gradient === 0 ? "none" : "point"));
  });
  fill(svg, width, TOP + PLOT + BELOW, parts);
}

/** The powers of ten that the axis shows. */
function range(layers: readonly Layer[]): [number, number] {
  const powers = layers.flatMap(({ byZ, byInput }) => [byZ, byInput]).map((g) => Math.log10(Math.abs(g)));
  const finite = powers.filter(Number.isFinite);
  const low = Math.max(LEAST, Math.floor(Math.min(-2, ...finite)));
  return [powers.includes(-Infinity) ? Math.min(low, -4) : low, Math.ceil(Math.max(1, ...finite))];
}

function raised(power: number): string {
  return [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]!)).join("");
}
