import type { Landscape } from "../engine/landscape";

type Point = [number, number];
interface Rectangle {
  x: [number, number];
  y: [number, number];
}

const CELLS = 100;
const MOST = 64;
const MOST_EQUAL = 4; // points of the grid: so many are equally far from a minimum that lies between them

/** The local minima of a function inside a rectangle that a grid of 101 × 101 heights shows, each then refined. */
export function findMinima(f: Pick<Landscape, "value" | "gradient">, domain: Rectangle): Point[] {
  const size: Point = [(domain.x[1] - domain.x[0]) / CELLS, (domain.y[1] - domain.y[0]) / CELLS];
  const point = (i: number, j: number): Point => [domain.x[0] + i * size[0], domain.y[0] + j * size[1]];
  const heights = Array.from({ length: CELLS + 1 }, (_, j) =>
    Float64Array.from({ length: CELLS + 1 }, (_, i) => f.value(...point(i, j))),
  );
  const found: Point[] = [];
  for (let j = 1; j < CELLS; j++) {
    for (let i = 1; i < CELLS && found.length < MOST; i++) {
      if (!isLowest(heights, i, j) || isFlat(heights, i, j)) continue;
      const at = refine(f, point(i, j), size);
      if (!found.some(([x, y]) => Math.abs(x - at[0]) < size[0] && Math.abs(y - at[1]) < size[1])) found.push(at);
    }
  }
  return found;
}

/** Whether no neighbour is lower, and one is higher: a plain has no minimum. */
function isLowest(heights: Float64Array[], i: number, j: number): boolean {
  const here = heights[j]![i]!;
  let higher = false;
  for (let dj = -1; dj <= 1; dj++) {
    for (let di = -1; di <= 1; di++) {
      const there = heights[j + dj]![i + di]!;
      if (!(here <= there)) return false;
      higher ||= here < there;
    }
  }
  return higher;
}

/** Whether equal heights go on from there: the floor of a plain or of a trench is no single place. */
function isFlat(heights: Float64Array[], i: number, j: number): boolean {
  const here = heights[j]![i]!;
  const met = new Set<number>();
  const next = [[i, j]];
  while (next.length > 0) {
    const [a, b] = next.pop() as [number, number];
    const key = b * (CELLS + 1) + a;
    if (met.has(key) || heights[b]?.[a] !== here) continue;
    met.add(key);
    if (met.size > MOST_EQUAL) return true;
    for (let db = -1; db <= 1; db++) for (let da = -1; da <= 1; da++) next.push([a + da, b + db]);
  }
  return false;
}

/** Compass search, which kinks do not stop, and then Newton's method on the exact slopes where they vanish. */
function refine(f: Pick<Landscape, "value" | "gradient">, start: Point, size: Point): Point {
  let [x, y] = start;
  let height = f.value(x, y);
  for (let [dx, dy] = size; dx > 1e-9 * size[0]; dx /= 2, dy /= 2) {
    for (const [i, j] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const there = f.value(x + i * dx, y + j * dy);
      if (there < height) [x, y, height] = [x + i * dx, y + j * dy, there];
    }
  }
  const polished = newton(f, [x, y], size);
  return polished !== null && f.value(...polished) <= height ? polished : [x, y];
}

function newton(f: Pick<Landscape, "value" | "gradient">, [x, y]: Point, size: Point): Point | null {
  const [hx, hy] = [1e-4 * size[0], 1e-4 * size[1]];
  for (let i = 0; i < 5; i++) {
    const [gx, gy] = f.gradient(x, y);
    const [right, left] = [f.gradient(x + hx, y), f.gradient(x - hx, y)];
    const [above, below] = [f.gradient(x, y + hy), f.gradient(x, y - hy)];
    const a = (right[0] - left[0]) / (2 * hx);
    const d = (above[1] - below[1]) / (2 * hy);
    const b = ((right[1] - left[1]) / (2 * hx) + (above[0] - below[0]) / (2 * hy)) / 2;
    const determinant = a * d - b * b;
    const [dx, dy] = [(gx * d - gy * b) / determinant, (gy * a - gx * b) / determinant];
    if (!(Math.abs(dx) < size[0] && Math.abs(dy) < size[1])) return null;
    [x, y] = [x - dx, y - dy];
  }
  return [x, y];
}
