// A landscape's heights on a grid over its domain, and the levels between which contours are drawn.
import type { Landscape } from "../engine/landscape";

export const SIDE = 321; // points along each side, as in ravine.film.picture
const LEVELS = 24;

export interface Relief {
  landscape: Landscape;
  heights: Float32Array; // SIDE × SIDE, row by row from the lowest y; clipped to the landscape's range
  levels: number[];
}

export function relief(landscape: Landscape): Relief {
  const { domain, range } = landscape;
  const heights = new Float32Array(SIDE * SIDE);
  for (let row = 0, i = 0; row < SIDE; row++) {
    const y = domain.y[0] + ((domain.y[1] - domain.y[0]) * row) / (SIDE - 1);
    for (let column = 0; column < SIDE; column++, i++) {
      const x = domain.x[0] + ((domain.x[1] - domain.x[0]) * column) / (SIDE - 1);
      const height = landscape.value(x, y);
      heights[i] = Number.isNaN(height) ? range[1] : Math.min(Math.max(height, range[0]), range[1]);
    }
  }
  return { landscape, heights, levels: levelsOf(heights) };
}

/** Levels at equal shares of the area, so that a narrow valley is drawn as finely as a wide slope. */
function levelsOf(heights: Float32Array): number[] {
  const sorted = heights.slice().sort();
  const last = sorted.length - 1;
  const quantiles = Array.from({ length: LEVELS }, (_, i) => sorted[Math.round((last * i) / (LEVELS - 1))]!);
  const levels = [...new Set(quantiles)];
  return levels.length >= 3 ? levels : [sorted[0]! - 1, (sorted[0]! + sorted[last]!) / 2, sorted[last]! + 1];
}

/** The height at a point of the domain, between the grid's; outside, that of the nearest edge. */
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
