// A multilayer perceptron over chunks of rows: every array is made once.
import { addGradient, backward, forward } from "./dense";

/** A layer's weights (outputs × inputs) and biases, as views of one array of parameters. */
export interface Layer {
  inputs: number;
  outputs: number;
  weights: Float64Array;
  biases: Float64Array;
}

/** Each layer's weights, then its biases, one after the other: the order of PyTorch's parameters(). */
export function layersOf(parameters: Float64Array, sizes: readonly number[]): Layer[] {
  let at = 0;
  const take = (count: number) => parameters.subarray(at, (at += count));
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]!;
    return { inputs, outputs, weights: take(inputs * outputs), biases: take(outputs) };
  });
}

export function countParameters(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, outputs, l) => sum + outputs * (sizes[l]! + 1), 0);
}

export class Perceptron {
  readonly x: Float64Array; // rows of inputs, after dropout
  readonly z: Float64Array[]; // sums of each layer
  readonly a: Float64Array[]; // activations of each hidden layer, after dropout
  readonly d: Float64Array[]; // the loss's slope at z
  readonly masks: (Float64Array | null)[]; // of the inputs and of each hidden layer: 0, or 1/(1 − p); null: no dropout

  constructor(
    readonly sizes: readonly number[],
    readonly rows: number, // of the largest chunk
    private readonly activation: ActivationLoops,
    dropout: { inputs: number; hidden: number },
  ) {
    const made = (width: number) => new Float64Array(rows * width);
    const [inputs, ...outputs] = sizes as [number, ...number[]];
    this.x = made(inputs);
    this.z = outputs.map(made);
    this.d = outputs.map(made);
    this.a = outputs.slice(0, -1).map(made);
    this.masks = sizes.slice(0, -1).map((width, l) => ((l === 0 ? dropout.inputs : dropout.hidden) > 0 ? made(width) : null));
  }

  /** From x to the last sums; `drop` applies the masks, x's own too. */
  forward(layers: readonly Layer[], n: number, drop: boolean): Float64Array {
    if (drop) mask(this.x, this.masks[0]!, n * this.sizes[0]!);
    layers.forEach(({ weights, biases, inputs, outputs }, l) => {
      forward(l === 0 ? this.x : this.a[l - 1]!, weights, biases, this.z[l]!, n, inputs, outputs);
      if (l === layers.length - 1) return;
      this.activation.value(this.z[l]!, this.a[l]!, n * outputs);
      if (drop) mask(this.a[l]!, this.masks[l + 1]!, n * outputs);
    });
    return this.z[layers.length - 1]!;
  }

  /** Adds to `gradients` what follows from the slope in the last of `d`, after a `forward` that dropped. */
  backward(layers: readonly Layer[], gradients: readonly Layer[], n: number): void {
    for (let l = layers.length - 1; l >= 0; l--) {
      const { weights, inputs, outputs } = layers[l]!;
      const below = l === 0 ? this.x : this.a[l - 1]!;
      addGradient(this.d[l]!, below, gradients[l]!.weights, gradients[l]!.biases, n, inputs, outputs);
      if (l === 0) return;
      backward(this.d[l]!, weights, this.d[l - 1]!, n, inputs, outputs);
      mask(this.d[l - 1]!, this.masks[l]!, n * inputs);
      this.activation.chain(this.z[l - 1]!, this.d[l - 1]!, n * inputs);
    }
  }
}

function mask(values: Float64Array, by: Float64Array | null, count: number): void {
  if (by !== null) for (let i = 0; i < count; i++) values[i]! *= by[i]!;
}
