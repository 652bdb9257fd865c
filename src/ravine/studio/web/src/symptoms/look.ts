// What one look at a training found, as ravine.monitor.look: plain numbers, and a few masks for as long as they are asked.
import type { Layer } from "../network/perceptron";
import { norm } from "./numbers";

/** One layer at one step. */
export interface LayerLook {
  off: Uint8Array; // 1 for a unit whose sums are above 0 for no example
  still: Uint8Array; // 1 for a unit whose weights have no gradient at all
  saturated: number; // share of its activations within 3 % of an end; NaN where they have no ends
  gradient: number; // norm, of the weights
  weights: number; // norm, before the step
  ratio: number; // length of the step over that; NaN of weights that are all 0
  sameWeights: number; // share of units whose weights equal the first unit's
  sameGradients: number; // the same of gradients
}

export interface Look {
  step: number;
  examples: number;
  layers: LayerLook[];
  gradient: number; // norm of the whole
  outputSize: number; // root mean squares
  inputSize: number;
  answerSize: number; // of the first layer's sums
}

/** The half of a look that the step itself shows. */
export function stepped(layer: LayerLook, now: Layer, stood: Layer, gradient: Layer): void {
  const { inputs, outputs } = now;
  layer.gradient = norm(gradient.weights);
  layer.weights = norm(stood.weights);
  layer.ratio = layer.weights > 0 ? distance(now.weights, stood.weights) / layer.weights : NaN;
  layer.sameWeights = alike(stood.weights, inputs, outputs);
  layer.sameGradients = alike(gradient.weights, inputs, outputs); // none is the same as none
  for (let unit = 0; unit < outputs; unit++)
    layer.still[unit] = isStill(gradient.weights, unit * inputs, (unit + 1) * inputs) ? 1 : 0;
}

/** ‖one − other‖, with no array between. */
function distance(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) * (one[i]! - other[i]!);
  return Math.sqrt(sum);
}

function isStill(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (values[i] !== 0) return false;
  return true;
}

const APART = 1e-5; // of the first row's largest number, up to which a row equals it

/** The share of rows, the first not counted, that equal the first; NaN of a single one. */
function alike(rows: Float64Array, width: number, count: number): number {
  if (count < 2) return NaN;
  const reach = rows.subarray(0, width).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let same = 0;
  for (let row = 1; row < count; row++) {
    let near = true;
    for (let i = 0; near && i < width; i++) near = Math.abs(rows[row * width + i]! - rows[i]!) <= APART * reach;
    if (near) same++;
  }
  return same / (count - 1);
}
