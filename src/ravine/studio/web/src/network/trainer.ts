// A network in training, in pieces that are each a few milliseconds of work at most.
import { Batches } from "./batches";
import { layersOf, type Layer, Perceptron, countParameters } from "./perceptron";
import { makeTask, type Task } from "./datasets";
import { firstWeights } from "./first_weights";
import { crossEntropy, squaredError } from "./loss";
import { RuleAtWork } from "./rule";
import type { Recipe } from "./recipe";
import { loopsOf, settingsOf, sizesOf } from "./recipe";
import { STREAM, words } from "./threefry";

const PIECE = 400_000; // products of weights and inputs in one piece
const LARGEST_CHUNK = 128; // rows
const MOST_LAYERS = 64; // so many parts of the stream of masks belong to one step

/** Why training ended before its time. */
export interface Failure {
  step: number;
  where: string; // "the sums of layer 2", "the weights of layer 1", "the loss"
}

/** Who looks at each chunk of a batch, once it has gone through the network: rows `first` to `first + n` of the batch. */
export interface Watcher {
  passed: (first: number, n: number) => void;
}

export class Trainer {
  readonly task: Task;
  readonly sizes: number[];
  readonly parameters: Float64Array;
  readonly layers: Layer[];
  readonly gradient: Float64Array; // of the last step
  readonly gradients: Layer[];
  readonly stood: Layer[]; // the parameters before the last step
  readonly network: Perceptron;
  readonly penalised: number; // λ of L2; 0 without
  step = 0; // how many are taken
  epoch = 0; // of the last step, from 1
  failure: Failure | null = null;
  watcher: Watcher | null = null;
  loss = 0; // of the batch at hand, as far as it is done
  readonly batches: Batches;

  private readonly rule: RuleAtWork;
  private readonly before: Float64Array;
  private readonly ahead: Float64Array;
  private readonly aheadLayers: Layer[];
  private readonly draws: Uint32Array;
  readonly factor: (t: number, steps: number) => number; // of the learning rate
  private row = 0; // of the batch at hand, of which so many are done
  private standing: Layer[]; // where the gradient is taken

  constructor(readonly recipe: Recipe) {
    this.task = makeTask(recipe);
    this.sizes = sizesOf(recipe);
    const count = countParameters(this.sizes);
    const made = () => new Float64Array(count);
    [this.parameters, this.gradient, this.before, this.ahead] = [made(), made(), made(), made()];
    this.layers = layersOf(this.parameters, this.sizes);
    this.gradients = layersOf(this.gradient, this.sizes);
    this.stood = layersOf(this.before, this.sizes);
    this.aheadLayers = layersOf(this.ahead, this.sizes);
    this.standing = this.layers;
    firstWeights(this.layers, recipe);
    const rows = Math.max(2, 2 * Math.floor(Math.min(LARGEST_CHUNK, PIECE / count) / 2));
    this.network = new Perceptron(this.sizes, rows, RAVINE_TRAINING.activations[recipe.activation]!, recipe.dropout);
    this.draws = new Uint32Array(rows * Math.max(...this.sizes));
    this.rule = new RuleAtWork(loopsOf(recipe), settingsOf(recipe), this.parameters, this.gradient, this.ahead);
    this.penalised = recipe.decay === "l2" ? recipe.lambda : 0;
    const examples = this.task.train.count;
    this.batches = new Batches(recipe.seed, examples, recipe.batch === "all" ? examples : recipe.batch);
    this.factor = RAVINE.schedules[recipe.schedule]!.factor;
  }

  /** Whether a step is under way. */
  get midway(): boolean {
    return this.row > 0;
  }

  private get learned(): boolean {
    return this.row > 0 && this.row >= this.batches.size;
  }

  /** The next piece of a step: some rows of the batch, and after the last of them some of the parameters. */
  work(): void {
    if (this.failure) return;
    if (!this.learned) {
      if (this.row === 0) this.begin();
      this.learnFrom(Math.min(this.network.rows, this.batches.size - this.row));
      if (!this.learned) return;
      this.before.set(this.parameters);
    }
    if (!this.rule.update()) return;
    this.row = 0;
    this.step++;
    this.lookForNumbersThatAreNone();
  }

  private begin(): void {
    const t = this.step + 1;
    this.batches.next();
    this.epoch = this.batches.epoch;
    this.gradient.fill(0);
    this.loss = 0;
    this.rule.begin(t, this.factor(t, this.recipe.steps));
    this.standing = this.rule.lookAhead() ? this.aheadLayers : this.layers;
  }

  /** Adds the gradient of the next `n` rows of the batch. */
  private learnFrom(n: number): void {
    const { network, task, batches } = this;
    const { inputs, targets, width } = task.train;
    const wanted = this.targets;
    for (let i = 0; i < n; i++) {
      const example = batches.order[batches.from + this.row + i]!;
      for (let k = 0; k < width; k++) network.x[i * width + k] = inputs[example * width + k]!;
      wanted[i] = targets[example]!;
    }
    this.drawMasks(n);
    const z = network.forward(this.standing, n, true);
    const d = network.d[network.d.length - 1]!;
    const share = 1 / batches.size;
    const sum =
      task.classes > 0 ? crossEntropy(z, wanted, n, task.classes, d, share) : squaredError(z, wanted, n, d, share);
    this.loss += sum * share;
    this.watcher?.passed(this.row, n);
    if (!Number.isFinite(this.loss)) {
      this.failure = { step: this.step + 1, where: this.firstBadSum(n) };
      this.row = 0;
      return;
    }
    network.backward(this.standing, this.gradients, n);
    this.row += n;
  }

  private readonly targets = new Float64Array(LARGEST_CHUNK);

  private drawMasks(n: number): void {
    const { dropout, seed } = this.recipe;
    this.network.masks.forEach((mask, l) => {
      if (mask === null) return;
      const p = l === 0 ? dropout.inputs : dropout.hidden;
      const width = this.sizes[l]!;
      const count = n * width;
      words(this.draws, seed, STREAM.dropout, MOST_LAYERS * this.step + l, this.row * width, count);
      const [below, kept] = [p * 2 ** 32, 1 / (1 - p)];
      for (let i = 0; i < count; i++) mask[i] = this.draws[i]! + 0.5 < below ? 0 : kept;
    });
  }

  /** The first layer whose sums are no numbers any more; where there is none it is the loss itself. */
  private firstBadSum(n: number): string {
    const layer = this.network.z.findIndex((z, l) => !allFinite(z, n * this.sizes[l + 1]!));
    return layer < 0 ? "the loss" : `the sums of layer ${layer + 1}`;
  }

  private lookForNumbersThatAreNone(): void {
    if (allFinite(this.parameters, this.parameters.length)) return;
    const layer = this.layers.findIndex(
      ({ weights, biases }) => !allFinite(weights, weights.length) || !allFinite(biases, biases.length),
    );
    this.failure = { step: this.step, where: `the weights of layer ${layer + 1}` };
  }
}

function allFinite(values: Float64Array, count: number): boolean {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]! - values[i]!; // 0 of a number, NaN of what is none
  return sum === 0;
}
