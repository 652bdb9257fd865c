// What a map of settings shows: final heights above the lowest that is known, by their logarithms.
import type { Landscape, Point } from "../engine/landscape";
import { share, rateAt, type Axis, type Runs } from "./run";

export interface Losses {
  floor: number;
  span: Point; // of the logarithms, to base 10, that the colours show
  best: number | null; // the pixel with the lowest; null where all diverged
  diverged: number; // the share of settings
}

const DECADES = 8; // below the start; lower is as good as there

export function losses(runs: Runs, landscape: Landscape, minima: Point[], start: Point): Losses {
  let [best, lowest, lost] = [-1, Infinity, 0];
  runs.value.forEach((value, pixel) => {
    if (runs.divergedAt[pixel]! > 0 || !Number.isFinite(value)) lost++;
    else if (value < lowest) [best, lowest] = [pixel, value];
  });
  const known = minima.map((point) => landscape.value(...point));
  const floor = Math.min(lowest, ...known, ...(known.length === 0 && lowest === Infinity ? [0] : []));
  const top = Math.log10(Math.max(landscape.value(...start) - floor, 1e-12)) + 1;
  const bottom = Math.log10(Math.max(lowest - floor, 1e-30));
  return {
    floor,
    span: [Math.floor(Math.max(bottom, top - 1 - DECADES)), Math.ceil(top)],
    best: best < 0 ? null : best,
    diverged: lost / runs.value.length,
  };
}

/** The settings of a pixel, in words: "lr = 0.1, beta1 = 0.9". */
export function settingsAt(
  pixel: number,
  runs: Runs,
  rates: Point,
  up: Axis | null,
): { lr: number; other: number | null } {
  const [i, j] = [pixel % runs.width, Math.floor(pixel / runs.width)];
  const lr = Number(rateAt(rates, share(i, runs.width)).toPrecision(3));
  return { lr, other: up === null ? null : up.at(share(j, runs.height)) };
}
