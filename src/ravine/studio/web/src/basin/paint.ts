// From outcomes and losses to pixels. An image has its highest row first, a map its lowest.
import type { Theme } from "../parts/theme";
import { colourOf, lossColour, mix, patterned, patternOf } from "./ink";
import { DIVERGED, type Outcomes } from "./outcome";
import type { Runs } from "./run";

const SHADES = 24;

/** Each start in the colour of where it ends; the paler, the more steps it took. */
export function paintOutcomes({ kinds }: Outcomes, runs: Runs, width: number, height: number, theme: Theme): ImageData {
  const most = Math.max(1, runs.steps);
  const paints = new Map<number, number[]>();
  const paintsOf = (kind: number): number[] => {
    let list = paints.get(kind);
    if (list === undefined) paints.set(kind, (list = shades(kind, theme)));
    return list;
  };
  return paint(runs, width, height, (pixel, i, j) => {
    const kind = kinds[pixel]!;
    const list = paintsOf(kind);
    if (patterned(kind, i, j)) return list[SHADES]!;
    // By the root: most runs come to rest early, and that is where they differ.
    return list[Math.min(SHADES - 1, Math.floor(Math.sqrt(runs.rest[pixel]! / most) * SHADES))]!;
  });
}

/** The shades of an outcome, and at last its pattern. */
function shades(kind: number, theme: Theme): number[] {
  const paper: [number, number, number] = theme.dark ? [18, 22, 27] : [255, 255, 255];
  const colour = colourOf(kind, theme);
  const list = Array.from({ length: SHADES }, (_, i) =>
    packed(kind < 0 ? colour : mix(colour, paper, 0.08 + (0.72 * i) / SHADES)),
  );
  return [...list, packed(kind < 0 ? patternOf(kind, theme) : mix(colour, patternOf(kind, theme), 0.75))];
}

/** Final losses above `floor` by their logarithm, the lowest the brightest; what diverged in its pattern. */
export function paintLosses(
  runs: Runs,
  floor: number,
  span: [number, number],
  width: number,
  height: number,
  theme: Theme,
): ImageData {
  const ramp = Array.from({ length: 256 }, (_, i) => packed(lossColour(i / 255)));
  const [plain, pattern] = [packed(colourOf(DIVERGED, theme)), packed(patternOf(DIVERGED, theme))];
  return paint(runs, width, height, (pixel, i, j) => {
    const share = shareOf(runs, pixel, floor, span);
    if (share === null) return patterned(DIVERGED, i, j) ? pattern : plain;
    return ramp[Math.round(share * 255)]!;
  });
}

/** Where a pixel's final loss lies in the span of logarithms, from 0 to 1; null where it diverged. */
export function shareOf(runs: Runs, pixel: number, floor: number, [low, high]: [number, number]): number | null {
  const loss = runs.value[pixel]! - floor;
  if (runs.divergedAt[pixel]! > 0 || !Number.isFinite(loss)) return null;
  const place = (Math.log10(Math.max(loss, 1e-30)) - low) / (high - low || 1);
  return Math.min(Math.max(place, 0), 1);
}

/** One sample of a legend. */
export function paintSample(kind: number, width: number, height: number, theme: Theme): ImageData {
  const list = shades(kind, theme);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.forEach((_, at) => (pixels[at] = list[patterned(kind, at % width, Math.floor(at / width)) ? SHADES : 3]!));
  return image;
}

function paint(
  runs: Runs,
  width: number,
  height: number,
  colour: (pixel: number, i: number, j: number) => number,
): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const columns = Uint16Array.from({ length: width }, (_, i) => Math.floor((i * runs.width) / width));
  for (let j = 0, at = 0; j < height; j++) {
    const row = (runs.height - 1 - Math.floor((j * runs.height) / height)) * runs.width;
    for (let i = 0; i < width; i++, at++) pixels[at] = colour(row + columns[i]!, i, j);
  }
  return image;
}

function packed([red, green, blue]: [number, number, number]): number {
  return 0xff000000 | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red);
}
