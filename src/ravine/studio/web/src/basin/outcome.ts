// What became of each start: which minimum, or why none.
import type { Landscape, Point } from "../engine/landscape";
import { type Runs, startAt } from "./run";

/** A minimum's place in the list, or one of these. */
export const DIVERGED = -1; // left for good: a thousand pictures away, or no number any more
export const OUTSIDE = -2; // ended beside the picture
export const ELSEWHERE = -3; // ended in the picture, but at no minimum: still on its way, or stuck
export const NO_HEIGHT = -4; // nothing starts there: the landscape has no height

/** Of the picture's sides: so near a run must end to count as at a minimum; less where minima crowd. */
const NEAR = 0.03;

export interface Share {
  outcome: number;
  part: number; // of all starts
  rest: number; // the median step since which these runs have been at rest
}

export interface Outcomes {
  minima: Point[];
  kinds: Int16Array; // a pixel a number
  shares: Share[]; // minima in their order, those that were met; then the rest
}

export function outcomes(runs: Runs, landscape: Landscape, minima: Point[]): Outcomes {
  const kinds = new Int16Array(runs.x.length);
  const judge = judgeOf(landscape, minima);
  const { width, height } = runs;
  const hole = (i: number) => {
    return Number.isNaN(landscape.value(...startAt(landscape, i % width, Math.floor(i / width), width, height)));
  };
  for (let i = 0; i < kinds.length; i++) {
    if (landscape.holes && hole(i)) {
      kinds[i] = NO_HEIGHT;
      continue;
    }
    const lost = runs.divergedAt[i]! > 0 || !Number.isFinite(runs.value[i]!);
    kinds[i] = lost ? DIVERGED : judge(runs.x[i]!, runs.y[i]!);
  }
  return { minima, kinds, shares: sharesOf(kinds, runs.rest) };
}

/** Says where a point is: at which minimum, elsewhere, or outside. Distances are shares of the picture's sides. */
function judgeOf({ domain }: Landscape, minima: Point[]): (x: number, y: number) => number {
  const [wide, high] = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]];
  const places = minima.map(([x, y]): Point => [x / wide, y / high]);
  let near = NEAR;
  for (const [i, [x, y]] of places.entries()) {
    for (const [u, v] of places.slice(0, i)) near = Math.min(near, 0.4 * Math.hypot(x - u, y - v));
  }
  return (x, y) => {
    for (let k = 0; k < places.length; k++) {
      const [dx, dy] = [x / wide - places[k]![0], y / high - places[k]![1]];
      if (dx * dx + dy * dy <= near * near) return k;
    }
    const inside = domain.x[0] <= x && x <= domain.x[1] && domain.y[0] <= y && y <= domain.y[1];
    return inside ? ELSEWHERE : OUTSIDE;
  };
}

function sharesOf(kinds: Int16Array, rest: Uint16Array): Share[] {
  const rests = new Map<number, number[]>();
  kinds.forEach((kind, i) => {
    const list = rests.get(kind);
    if (list === undefined) rests.set(kind, [rest[i]!]);
    else list.push(rest[i]!);
  });
  const order = (kind: number) => (kind >= 0 ? kind : 1e6 - kind);
  return [...rests]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([outcome, list]) => ({ outcome, part: list.length / kinds.length, rest: median(list) }));
}

function median(list: number[]): number {
  return Uint16Array.from(list).sort()[list.length >> 1]!;
}

/** An outcome in a few words. */
export function wordsOf(outcome: number, landscape: Landscape): string {
  if (outcome >= 0) return `minimum ${outcome + 1}`;
  if (outcome === NO_HEIGHT) return "no height there";
  if (outcome === DIVERGED) return landscape.holes ? "diverged, or left to where no height is" : "diverged";
  return outcome === OUTSIDE ? "outside the picture" : "no minimum: on its way, or stuck";
}
