// What a network in the page learns, as ravine.networks.datasets.
import { allDigits, DIGITS, HELD_OUT_DIGITS, PIXELS } from "./digits";
import type { Examples } from "./examples";
import { normal, STREAM, uniform } from "./threefry";

export const DATASETS = ["digits", "moons", "circles", "spiral", "xor", "curve"] as const;
export const SCALES = ["unit", "standard", "255"] as const;
export type Dataset = (typeof DATASETS)[number];
export type InputScale = (typeof SCALES)[number];

const HELD_OUT = 200; // points
export const MOST_POINTS = 2000;
export const MOST_EXAMPLES: Record<Dataset, number> = {
  digits: DIGITS - HELD_OUT_DIGITS,
  moons: MOST_POINTS,
  circles: MOST_POINTS,
  spiral: MOST_POINTS,
  xor: MOST_POINTS,
  curve: MOST_POINTS,
};

export interface Task {
  train: Examples;
  heldOut: Examples;
  classes: number; // 0 for a curve
  scaling: Scaling;
}

/** What was made of each input: (x − centre) / spread. */
export interface Scaling {
  centre: Float64Array;
  spread: Float64Array;
}

export interface Wanted {
  data: Dataset;
  examples: number;
  random: number; // share of labels drawn anew
  scale: InputScale;
  seed: number;
}

export function classesOf(data: Dataset): number {
  return data === "digits" ? 10 : data === "curve" ? 0 : 2;
}

export function makeTask({ data, examples, random, scale, seed }: Wanted): Task {
  const [train, heldOut] =
    data === "digits"
      ? [allDigits(0, examples), allDigits(DIGITS - HELD_OUT_DIGITS, HELD_OUT_DIGITS)]
      : [points(data, examples, seed, 0), points(data, HELD_OUT, seed, 1)];
  const classes = classesOf(data);
  const draws = uniform(seed, STREAM.labels, 0, 2 * examples);
  for (let i = 0; i < examples; i++) {
    if (draws[2 * i]! >= random) continue;
    const draw = draws[2 * i + 1]!;
    train.targets[i] = classes > 0 ? Math.floor(draw * classes) : 2 * draw - 1;
  }
  const scaling = scalingOf(train, scale);
  for (const { inputs } of [train, heldOut]) rescale(inputs, scaling, scale);
  return { train, heldOut, classes, scaling };
}

const CONSTANT = 1e-9; // an input that deviates by less is the same in every example, and keeps its size

function scalingOf({ width, count, inputs }: Examples, scale: InputScale): Scaling {
  const centre = new Float64Array(width);
  const spread = new Float64Array(width).fill(scale === "255" ? 1 / 255 : 1);
  if (scale !== "standard") return { centre, spread };
  for (let column = 0; column < width; column++) {
    const values = Float64Array.from({ length: count }, (_, i) => inputs[i * width + column]!);
    centre[column] = values.reduce((sum, value) => sum + value, 0) / count;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - centre[column]!) ** 2, 0) / count);
    if (deviation > CONSTANT) spread[column] = deviation;
  }
  return { centre, spread };
}

function rescale(inputs: Float64Array, { centre, spread }: Scaling, scale: InputScale): void {
  const width = centre.length;
  for (let i = 0; i < inputs.length; i++)
    inputs[i] = scale === "255" ? 255 * inputs[i]! : (inputs[i]! - centre[i % width]!) / spread[i % width]!;
}

type Shape = (u: number, v: number, label: number, a: number, b: number) => [x: number, y: number, target: number];

const SHAPES: Record<Exclude<Dataset, "digits">, Shape> = {
  moons: (u, _, label, a, b) => {
    const [x, y] = [Math.cos(Math.PI * u) - 0.5, Math.sin(Math.PI * u) - 0.25];
    return [(label === 0 ? x : -x) / 1.25 + 0.08 * a, (label === 0 ? y : -y) / 1.25 + 0.08 * b, label];
  },
  circles: (u, _, label, a, b) => {
    const [radius, angle] = [label === 0 ? 0.9 : 0.4, 2 * Math.PI * u];
    return [radius * Math.cos(angle) + 0.07 * a, radius * Math.sin(angle) + 0.07 * b, label];
  },
  spiral: (u, _, label, a, b) => {
    const radius = 0.08 + 0.92 * Math.sqrt(u);
    const angle = 3.5 * Math.PI * radius + Math.PI * label;
    return [radius * Math.cos(angle) + 0.025 * a, radius * Math.sin(angle) + 0.025 * b, label];
  },
  xor: (u, v, _, a, b) => {
    const [x, y] = [2 * u - 1, 2 * v - 1];
    return [x + 0.03 * a, y + 0.03 * b, x * y > 0 ? 1 : 0];
  },
  curve: (u, _, __, a) => {
    const x = 2 * u - 1;
    return [x, 0, 0.7 * Math.sin(2.5 * Math.PI * x) * (1 - 0.4 * x) + 0.12 * a];
  },
};

function points(data: Exclude<Dataset, "digits">, count: number, seed: number, part: number): Examples {
  const width = data === "curve" ? 1 : 2;
  const draws = uniform(seed, STREAM.points, part, 2 * count);
  const noise = normal(seed, STREAM.points, part + 2, 2 * count);
  const [inputs, targets] = [new Float64Array(width * count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const [x, y, target] = SHAPES[data](draws[2 * i]!, draws[2 * i + 1]!, i % 2, noise[2 * i]!, noise[2 * i + 1]!);
    inputs[width * i] = x;
    if (width === 2) inputs[2 * i + 1] = y;
    targets[i] = target;
  }
  return { width, count, inputs, targets };
}

/** How many inputs a network has for it. */
export function widthOf(data: Dataset): number {
  return data === "digits" ? PIXELS : data === "curve" ? 1 : 2;
}
