// Watches a network in training, as ravine.monitor does: looks at some of its steps, and the loss of each.
import type { Trainer, Watcher } from "../network/trainer";
import { type Look, stepped } from "./look";
import { norm } from "./numbers";
import { nextLook } from "./when";

export const MASKED = 40; // looks, of the first and of the last, whose masks are kept
const SURE = 1e-3; // of a probability: where all examples are nearer to 1, the loss's gradient tells no class
const FAR = 1e12; // out here a bounded activation is at its end
const END = 0.97; // of the way from the middle of an activation's range to its end

export class Watch implements Watcher {
  readonly looks: Look[] = [];
  readonly losses: number[] = []; // of each step, from the first
  readonly rates: number[] = []; // of each step, over the one that was set
  readonly heldOut: number[] = []; // losses, at regular steps
  readonly classes = new Map<number, number>(); // how often each was met
  firstReach = NaN; // the largest output, in absolute value, of the first step
  reach = NaN; // the same, while all were finite
  outputsAreFinite = true;
  private look: Look | null = null;
  private next = 1;
  private largest = 0;
  private unsure = false;
  private readonly met = new Map<number, number>(); // classes of this batch
  private readonly activation: ActivationLoops;
  private readonly range: [middle: number, half: number] | null;
  private readonly values: Float64Array; // activations of one layer

  constructor(private readonly trainer: Trainer) {
    this.activation = RAVINE_TRAINING.activations[trainer.recipe.activation]!;
    this.range = rangeOf(this.activation);
    this.values = new Float64Array(this.range === null ? 0 : trainer.network.rows * Math.max(...trainer.sizes));
    trainer.watcher = this;
  }

  passed(first: number, n: number): void {
    if (first === 0) this.begin();
    const { network, sizes } = this.trainer;
    const [z, width] = [network.z.at(-1)!, sizes.at(-1)!];
    for (let i = 0; i < n * width; i++) {
      const size = Math.abs(z[i]!);
      if (!(size <= this.largest)) this.largest = size;
    }
    if (this.look !== null) this.see(this.look, first, n);
  }

  /** A step is taken, or failed on its way forward; says whether there is a look more. */
  ended(): boolean {
    const { trainer, look } = this;
    this.outputsAreFinite = Number.isFinite(this.largest);
    if (this.outputsAreFinite) this.reach = this.largest;
    if (Number.isNaN(this.firstReach)) this.firstReach = this.reach;
    if (trainer.failure !== null && trainer.failure.step > trainer.step) return false;
    this.losses.push(trainer.loss);
    if ("lr" in RAVINE.rules[trainer.recipe.rule]!.hyperparameters) this.rates.push(trainer.factor(trainer.step, trainer.recipe.steps));
    if (look === null) return false;
    look.layers.forEach((layer, l) => {
      stepped(layer, trainer.layers[l]!, trainer.stood[l]!, trainer.gradients[l]!);
      layer.saturated /= look.examples * trainer.sizes[l + 1]!;
    });
    look.gradient = norm(trainer.gradient);
    look.outputSize = Math.sqrt(look.outputSize / (look.examples * trainer.sizes.at(-1)!));
    look.inputSize = Math.sqrt(look.inputSize / (look.examples * trainer.sizes[0]!));
    look.answerSize = Math.sqrt(look.answerSize / (look.examples * trainer.sizes[1]!));
    if (this.unsure) for (const [kind, count] of this.met) this.classes.set(kind, (this.classes.get(kind) ?? 0) + count);
    this.looks.push(look);
    const old = this.looks.length - 1 - MASKED;
    if (old >= MASKED) for (const layer of this.looks[old]!.layers) layer.off = layer.still = new Uint8Array(0);
    this.next = nextLook(trainer.step);
    this.look = null;
    return true;
  }

  private begin(): void {
    const { trainer, range } = this;
    const hidden = trainer.sizes.length - 2;
    this.largest = 0;
    if (trainer.step + 1 < this.next) return;
    this.unsure = false;
    this.met.clear();
    this.look = {
      step: trainer.step + 1,
      examples: 0,
      layers: trainer.layers.map(({ outputs }, l) => ({
        off: new Uint8Array(outputs).fill(1),
        still: new Uint8Array(outputs),
        saturated: range !== null && l < hidden ? 0 : NaN,
        gradient: NaN,
        weights: NaN,
        ratio: NaN,
        sameWeights: NaN,
        sameGradients: NaN,
      })),
      gradient: NaN,
      outputSize: 0,
      inputSize: 0,
      answerSize: 0,
    };
  }

  private see(look: Look, first: number, n: number): void {
    const { network, sizes, task, batches } = this.trainer;
    look.examples += n;
    look.layers.forEach((layer, l) => {
      const [z, width] = [network.z[l]!, sizes[l + 1]!];
      for (let i = 0; i < n * width; i++) if (!(z[i]! <= 0)) layer.off[i % width] = 0;
      if (this.range === null || Number.isNaN(layer.saturated)) return;
      const [middle, half] = this.range;
      this.activation.value(z, this.values, n * width); // those of the network have gone through dropout
      for (let i = 0; i < n * width; i++) if (Math.abs(this.values[i]! - middle) > END * half) layer.saturated++;
    });
    look.outputSize += squares(network.z.at(-1)!, n * sizes.at(-1)!);
    look.answerSize += squares(network.z[0]!, n * sizes[1]!);
    const { inputs, targets, width } = task.train;
    const slope = network.d.at(-1)!;
    for (let row = 0; row < n; row++) {
      const example = batches.order[batches.from + first + row]!;
      look.inputSize += squares(inputs.subarray(example * width, (example + 1) * width), width);
      if (task.classes === 0) continue;
      const target = targets[example]!;
      this.met.set(target, (this.met.get(target) ?? 0) + 1);
      this.unsure ||= -slope[row * task.classes + target]! * batches.size > SURE;
    }
  }
}

function squares(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** The middle of an activation's range, and the way from there to its ends; null where it has none. */
function rangeOf({ value }: ActivationLoops): [number, number] | null {
  const ends = new Float64Array(2);
  value(Float64Array.of(-FAR, FAR), ends, 2);
  const half = Math.abs(ends[1]! - ends[0]!) / 2;
  return half > 0 && half < Math.sqrt(FAR) ? [(ends[0]! + ends[1]!) / 2, half] : null;
}
