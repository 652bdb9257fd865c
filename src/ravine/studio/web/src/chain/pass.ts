// One number through a chain of layers, and its gradient back.
import type { ChainState } from "./state";

export interface Layer {
  z: number; // what goes into the activation: weight · (output of the layer before) + bias
  output: number;
  slope: number; // of the activation at z
  /** Of the last output, by z and by this layer's input: on the way back the slope comes first, then the weight. */
  byZ: number;
  byInput: number;
}

/** The layers, the first one first. The gradient of the last output by itself is 1. */
export function pass({ depth, weight, bias, input, activation }: ChainState): Layer[] {
  const { value, slope, parameters } = RAVINE.activations[activation]!;
  const numbers = Object.values(parameters);
  const layers: Layer[] = [];
  let before = input;
  for (let l = 0; l < depth; l++) {
    const z = weight * before + bias;
    before = value(z, ...numbers);
    layers.push({ z, output: before, slope: slope(z, ...numbers), byZ: 0, byInput: 0 });
  }
  let gradient = 1;
  for (const layer of [...layers].reverse()) {
    layer.byZ = gradient * layer.slope;
    layer.byInput = gradient = layer.byZ * weight;
  }
  return layers;
}
