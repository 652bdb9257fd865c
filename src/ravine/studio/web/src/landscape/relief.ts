// A landscape's heights on a grid over its domain, and the levels between which contours are drawn.
import type { Landscape, Point } from "../engine/landscape";

export const SIDE = 321; // points along each side, as in ravine.film.picture
const LEVELS = 24;

/** Heights are shares of the landscape's range, from 0 to 1: a range as wide as floats are has no difference. */
export interface Relief {
  landscape: Landscape;
  heights: Float64Array; // SIDE × SIDE, row by row from the lowest y; NaN where there is none
  levels: number[];
}

export function relief(landscape: Landscape): Relief {
  const { domain, range } = landscape;
  const heights = new Float64Array(SIDE * SIDE);
  for (let row = 0, i = 0; row < SIDE; row++) {
    const y = domain.y[0] + ((domain.y[1] - domain.y[0]) * row) / (SIDE - 1);
    for (let column = 0; column < SIDE; column++, i++) {
      const x = domain.x[0] + ((domain.x[1] - domain.x[0]) * column) / (SIDE - 1);
      heights[i] = shareOf(range, landscape.value(x, y));
    }
  }
  return { landscape, heights, levels: levelsOf(heights) };
}

function shareOf([low, high]: Point, height: number): number {
  if (Number.isNaN(height)) return NaN;
  const inside = Math.min(Math.max(height, low), high);
  return low === high ? 0.5 : (inside / 2 - low / 2) / (high / 2 - low / 2); // halves: a difference may overflow
}

/** Levels at equal shares of the area, so that a narrow valley is drawn as finely as a wide slope. */
function levelsOf(heights: Float64Array): number[] {
  const sorted = heights.filter((height) => !Number.isNaN(height)).sort();
  const last = sorted.length - 1;
  if (last < 0) return [0, 1];
  const quantiles = Array.from({ length: LEVELS }, (_, i) => sorted[Math.round((last * i) / (LEVELS - 1))]!);
  const levels = [...new Set(quantiles)];
  if (sorted[0] === sorted[last]) return [sorted[0]! - 1, sorted[0]! + 1]; // a plain is one band
  return levels.length >= 3 ? levels : [sorted[0]! - 1, (sorted[0]! + sorted[last]!) / 2, sorted[last]! + 1];
}

/** The share at a point of the domain, between the grid's; outside, that of the nearest edge. NaN beside a hole. */
export function heightAt({ landscape: { domain }, heights }: Relief, x: number, y: number): number {
  const at = (value: number, [low, high]: [number, number]) =>
    Math.min(Math.max(((value - low) / (high - low)) * (SIDE - 1), 0), SIDE - 1.001);
  const [column, row] = [at(x, domain.x), at(y, domain.y)];
  const corner = Math.floor(row) * SIDE + Math.floor(column);
  const [u, v] = [column % 1, row % 1];
  const low = heights[corner]! * (1 - u) + heights[corner + 1]! * u;
  const high = heights[corner + SIDE]! * (1 - u) + heights[corner + SIDE + 1]! * u;
  return low * (1 - v) + high * v;
}
