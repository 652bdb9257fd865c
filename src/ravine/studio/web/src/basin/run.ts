// What a map asks for, on whichever processor, and what it gets: for each pixel where its run ended, and how.
import type { Settings } from "../engine/descent";
import type { Landscape, Point } from "../engine/landscape";

/** The hyperparameter that varies upwards in a map of settings, and its value at a share of the height. */
export interface Axis {
  name: string;
  at: (share: number) => number;
}

export interface Job {
  rule: RuleFacts;
  landscape: Landscape;
  settings: Settings; // every hyperparameter
  steps: number;
  schedule: string;
  shaken: Float64Array | null; // noise on the gradients, the same for every pixel
  width: number;
  height: number;
  /** What the pixels differ in: the start, over the domain; or lr across, by decades, and another upwards. */
  over: "starts" | { start: Point; rates: Point; up: Axis | null };
}

/** A pixel a number, the lowest row first. */
export interface Runs {
  x: Float32Array; // where it ended
  y: Float32Array;
  value: Float32Array; // the height there
  rest: Uint16Array; // the step since which it has stayed within REST of where it stood
  divergedAt: Uint16Array; // the step at which it left for good; 0: it did not
  steps: number; // that were run
  /** "graphics": a fragment shader; "processor": JavaScript, on a coarser grid. */
  by: "graphics" | "processor";
  width: number;
  height: number;
}

/** Of the picture's sides: a run that stays within this of where it stands is at rest. */
export const REST = 0.01;

/** Of the picture's sides, from its middle: a run beyond has diverged. */
export const FAR = 1000;

export const MOST_STEPS = 1000; // of a map: a long shader would freeze the page

/** The share of the way along a side at which a pixel's middle lies. */
export function share(pixel: number, count: number): number {
  return (pixel + 0.5) / count;
}

/** The learning rate at a share of the way across. */
export function rateAt([low, high]: Point, across: number): number {
  return low * (high / low) ** across;
}

/** The start of a pixel of a map over starts. */
export function startAt({ domain }: Landscape, i: number, j: number, width: number, height: number): Point {
  const place = ([low, high]: Point, pixel: number, count: number) => low + share(pixel, count) * (high - low);
  return [place(domain.x, i, width), place(domain.y, j, height)];
}
