// A look at a network between two steps, in pieces: its scores on both sets, dropout off, and each layer's numbers.
import type { Examples } from "./examples";
import { type Health, HealthCount, shapeOf } from "./health";
import { argmax, crossEntropy, squaredError } from "./loss";
import type { Layer } from "./perceptron";
import { Perceptron } from "./perceptron";
import type { Trainer } from "./trainer";

export const MOST_EXAMINED = 500; // examples of each set
const SAMPLE = 2048; // activations of a layer that are kept for its histogram

export interface Score {
  loss: number; // without the penalty
  accuracy: number; // NaN of a curve
}

export interface LayerNumbers {
  gradientNorm: number; // of the weights, in the last step
  updateRatio: number; // ‖last step of the weights‖ / ‖weights‖
  health: Health | null; // null of the last layer, which has no activation
}

export interface Report {
  step: number;
  train: Score;
  heldOut: Score;
  penalty: number; // (λ/2)‖θ‖² where the decay is L2
  objective: number; // what is minimised: the loss on the examples to train on, and the penalty
  layers: LayerNumbers[];
}

export class Examination {
  samples: Float64Array[] = []; // activations of each hidden layer, as of the last look that was finished
  answers = new Float64Array(0); // then, for the held-out examples: the class that is named, or the curve's height
  private readonly sampling: Float64Array[];
  private readonly sampled: number[]; // how many of them there are
  private readonly answering: Float64Array;
  private readonly network: Perceptron;
  private readonly counts: HealthCount[];
  private readonly sets: readonly [Examples, Examples];
  private set = 0;
  private row = 0;
  private sums = [0, 0];
  private hits = [0, 0];
  private readonly targets: Float64Array;

  constructor(private readonly trainer: Trainer) {
    const { sizes, recipe, task } = trainer;
    const activation = RAVINE_TRAINING.activations[recipe.activation]!;
    const { rows } = trainer.network;
    this.network = new Perceptron(sizes, rows, activation, { inputs: 0, hidden: 0 });
    this.sets = [task.train, task.heldOut];
    const hidden = sizes.slice(1, -1);
    this.counts = hidden.map((units) => new HealthCount(units, rows, activation, shapeOf(activation)));
    this.sampling = hidden.map(() => new Float64Array(SAMPLE));
    this.sampled = hidden.map(() => 0);
    this.answering = new Float64Array(Math.min(MOST_EXAMINED, task.heldOut.count));
    this.targets = new Float64Array(rows);
  }

  restart(): void {
    this.set = this.row = 0;
    this.sums = [0, 0];
    this.hits = [0, 0];
    this.sampled.fill(0);
    for (const count of this.counts) count.restart();
  }

  /** Some examples more; the report once all are seen. */
  work(): Report | null {
    const examples = this.sets[this.set]!;
    const all = Math.min(MOST_EXAMINED, examples.count);
    const n = Math.min(this.network.rows, all - this.row);
    this.look(examples, n);
    this.row += n;
    if (this.row < all) return null;
    this.row = 0;
    return ++this.set === 2 ? this.report() : null;
  }

  /** The last sums for `n` rows of inputs, which `fill` writes. */
  predict(n: number, fill: (x: Float64Array) => void): Float64Array {
    fill(this.network.x);
    return this.network.forward(this.trainer.layers, n, false);
  }

  private look(examples: Examples, n: number): void {
    const { network, trainer, targets } = this;
    const { width } = examples;
    const z = this.predict(n, (x) => x.set(examples.inputs.subarray(this.row * width, (this.row + n) * width)));
    targets.set(examples.targets.subarray(this.row, this.row + n));
    const { classes } = trainer.task;
    this.sums[this.set]! +=
      classes > 0 ? crossEntropy(z, targets, n, classes, null, 0) : squaredError(z, targets, n, null, 0);
    for (let row = 0; row < n; row++) {
      const answer = classes > 0 ? argmax(z, row * classes, classes) : z[row]!;
      if (answer === targets[row]) this.hits[this.set]!++;
      if (this.set === 1) this.answering[this.row + row] = answer;
    }
    if (this.set === 1) return;
    this.counts.forEach((count, l) => {
      count.add(network.z[l]!, n);
      const taken = Math.min(n * trainer.sizes[l + 1]!, SAMPLE - this.sampled[l]!);
      this.sampling[l]!.set(network.a[l]!.subarray(0, taken), this.sampled[l]!);
      this.sampled[l]! += taken;
    });
  }

  private report(): Report {
    const { trainer } = this;
    this.samples = this.sampling.map((values, l) => values.slice(0, this.sampled[l]));
    this.answers = this.answering.slice();
    const [train, heldOut] = this.sets.map(({ count }, set): Score => {
      const seen = Math.min(MOST_EXAMINED, count);
      return { loss: this.sums[set]! / seen, accuracy: trainer.task.classes > 0 ? this.hits[set]! / seen : NaN };
    }) as [Score, Score];
    const penalty = (trainer.penalised / 2) * squares(trainer.parameters);
    const layers = trainer.layers.map(({ weights }, l): LayerNumbers => {
      return {
        gradientNorm: trainer.step > 0 ? Math.sqrt(squares(trainer.gradients[l]!.weights)) : NaN,
        updateRatio: updateRatio(weights, trainer.stood[l]!),
        health: this.counts[l]?.result ?? null,
      };
    });
    return { step: trainer.step, train, heldOut, penalty, objective: train.loss + penalty, layers };
  }
}

/** ‖Δw‖ / ‖w‖ of a layer's weights in the last step. */
function updateRatio(weights: Float64Array, { weights: before }: Layer): number {
  let moved = 0;
  for (let i = 0; i < weights.length; i++) moved += (weights[i]! - before[i]!) ** 2;
  return Math.sqrt(moved / squares(before));
}

function squares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}
