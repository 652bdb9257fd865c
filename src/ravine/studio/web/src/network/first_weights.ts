// The first parameters of a network, as ravine.networks.first_weights.
import type { Layer } from "./perceptron";
import type { Recipe } from "./recipe";
import { normal, STREAM, uniform } from "./threefry";

const AGAIN = 64; // where a stream's parts go on that are drawn for what was out of bounds
const TRUNCATED = 0.8796256610342398; // the deviation of a standard normal cut off at 2

/** Numbers of size 1. */
const DRAWS: Record<Distribution, (seed: number, part: number, count: number) => Float64Array> = {
  uniform: (seed, part, count) => uniform(seed, STREAM.weights, part, count).map((value) => 2 * value - 1),
  normal: (seed, part, count) => normal(seed, STREAM.weights, part, count),
  truncated: (seed, part, count) => {
    const drawn = normal(seed, STREAM.weights, part, count);
    const out = (value: number) => Math.abs(value) > 2;
    while (drawn.some(out)) {
      const fresh = normal(seed, STREAM.weights, (part += AGAIN), count);
      drawn.forEach((value, i) => out(value) && (drawn[i] = fresh[i]!));
    }
    return drawn.map((value) => value / TRUNCATED);
  },
  signs: (seed, part, count) => uniform(seed, STREAM.weights, part, count).map((value) => (value < 0.5 ? -1 : 1)),
  constant: (_, __, count) => new Float64Array(count).fill(1),
};

export function firstWeights(layers: readonly Layer[], { init, gain, bias, seed }: Recipe): void {
  const { distribution, biasDistribution, size, biasSize } = RAVINE_TRAINING.initializers[init]!;
  layers.forEach(({ weights, biases, inputs, outputs }, l) => {
    const factor = gain * size(inputs, outputs);
    DRAWS[distribution](seed, 2 * l, weights.length).forEach((value, i) => (weights[i] = factor * value));
    if (bias !== null) biases.fill(bias);
    else {
      const own = biasSize(inputs, outputs);
      DRAWS[biasDistribution](seed, 2 * l + 1, biases.length).forEach((value, i) => (biases[i] = own * value));
    }
  });
}
