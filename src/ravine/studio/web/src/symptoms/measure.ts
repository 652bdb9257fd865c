// From looks to measurements, as ravine.monitor.measure: what symptoms are asked with. What was not seen is not there.
import type { Trainer } from "../network/trainer";
import type { LayerLook, Look } from "./look";
import { largest, leaps, mean, median, smallest } from "./numbers";
import { MASKED, type Watch } from "./watch";

export type Measured = Record<string, number>;

const WINDOW = 5; // looks that must agree
const LEAST = 0.1; // of the first loss that it must have fallen for a part of the fall to mean anything
const FEWEST = 10; // steps that a mean loss is taken over, at least
const AT_FIRST = 3; // looks
const EXAMPLES = 160; // for which a unit must have been off
const LOOKS = 3; // likewise
const TOLD = 50; // classes that must have been met before guessing is known

/** The measurements of the whole training. */
export function ofTheRun(watch: Watch, trainer: Trainer): Measured {
  const { looks } = watch;
  const guess = guessing([...watch.classes.values()]);
  const { dropout } = trainer.recipe;
  const found: Measured = {
    steps: trainer.step,
    looks: looks.length,
    batch: median(looks.slice(-WINDOW).map(({ examples }) => examples)),
    dropout: Math.max(dropout.inputs, dropout.hidden) || NaN,
    ...ofLoss(watch.losses, trainer.step),
    spikes: leaps(watch.losses, smallest([watch.losses[0] ?? NaN, guess])),
    ...ofHeldOut(watch.heldOut),
    ...ofRate(watch.rates),
    ...ofGradients(looks.filter(({ gradient }) => Number.isFinite(gradient))),
    ...ofOutputs(looks, trainer),
    ...ofNumbersThatAreNone(watch, trainer),
    guessing: guess,
  };
  const { loss = NaN, loss_at_first: first = NaN } = found;
  return { ...found, unlearned: smallest([first, guess]), above_guessing: Number.isNaN(loss / guess) ? 1 : loss / guess };
}

/** The measurements of each layer, by what a person calls it. */
export function ofLayers(looks: readonly Look[], { sizes, layers, recipe }: Trainer): Map<string, Measured> {
  const found = new Map<string, Measured>();
  layers.forEach(({ outputs }, l) => {
    const each = looks.slice(-WINDOW).map((look) => look.layers[l]!);
    const middle = (value: (layer: LayerLook) => number) => median(each.map(value));
    found.set(`layer ${l + 1} (Linear ${sizes[l]}→${outputs})`, {
      units: outputs,
      dead: dead(looks.slice(-MASKED).reverse(), l),
      dead_at_first: dead(looks.slice(0, MASKED), l),
      same_weights: middle(({ sameWeights }) => sameWeights),
      same_gradients: middle(({ sameGradients }) => sameGradients),
    });
    const title = RAVINE_TRAINING.activations[recipe.activation]!.torch.replace(/.*\.(\w+)\(.*/, "$1");
    found.set(`layer ${l + 1} (${title})`, { saturated: middle(({ saturated }) => saturated) });
  });
  return found;
}

/** The share of a layer's units that are dead over these looks, as many of them as it takes to have seen enough. */
function dead(looks: readonly Look[], l: number): number {
  let examples = 0;
  let units: number[] | null = null;
  for (const [count, look] of looks.entries()) {
    const { off, still } = look.layers[l]!;
    if (off.length === 0) return NaN;
    units = Array.from(off, (is, unit) => (units === null ? 1 : units[unit]!) * is * still[unit]!);
    examples += look.examples;
    if (examples >= EXAMPLES && count + 1 >= LOOKS) return mean(units);
  }
  return NaN;
}

/** `losses` are those of steps 1, 2, … */
function ofLoss(losses: readonly number[], step: number): Measured {
  const span = Math.max(step / 10, FEWEST);
  const stretch = (begin: number, end: number) => losses.filter((_, i) => begin < i + 1 && i + 1 <= end);
  const lately = stretch(step - span, step);
  if (lately.length === 0) lately.push(...losses.slice(-FEWEST));
  if (lately.length === 0) return {};
  const blocks = step >= 20 ? Array.from({ length: 10 }, (_, n) => mean(stretch((step * n) / 10, (step * (n + 1)) / 10))) : [];
  const [first, now, best] = [losses[0]!, mean(lately), smallest(blocks)];
  const fall = first - now;
  return {
    loss: now,
    loss_at_first: first,
    loss_in_the_middle: mean(stretch(step / 2 - span, step / 2)),
    loss_best: Number.isNaN(best) ? now : best,
    loss_slope: fall > LEAST * Math.abs(first) ? (mean(stretch((step * 2) / 3 - span, (step * 2) / 3)) - now) / fall : NaN,
  };
}

function ofHeldOut(losses: readonly number[]): Measured {
  if (losses.length === 0) return {};
  const [first, now, best] = [losses[0]!, losses.at(-1)!, smallest(losses)];
  const before = losses.length >= 6 ? losses[Math.floor((losses.length * 2) / 3) - 1]! : NaN;
  return {
    held_out: now,
    held_out_best: best,
    held_out_looks: losses.length,
    held_out_rising: losses.length - 1 - losses.indexOf(best),
    held_out_slope: first - now > LEAST * Math.abs(first) ? (before - now) / (first - now) : NaN,
  };
}

function ofRate(rates: readonly number[]): Measured {
  const highest = largest(rates);
  if (!(highest > 0)) return {};
  const turns = rates.filter((rate, i) => i > 0 && i < rates.length - 1 && rates[i - 1]! > rate && rate < rates[i + 1]!);
  const now = rates.at(-1)!;
  return {
    rate: now / highest,
    rate_low: rates.filter((rate) => rate < 0.01 * highest).length / rates.length,
    rate_turns: (100 * turns.length) / Math.max(rates.length, 1),
    warming: now >= highest && highest > rates[0]! ? 1 : 0,
  };
}

function ofGradients(looks: readonly Look[]): Measured {
  if (looks.length === 0) return {};
  const window = looks.slice(-WINDOW);
  const ratio = ({ layers }: Look) => largest(layers.map((layer) => layer.ratio).filter((one) => one > 0));
  const known = looks.map(ratio).filter((one) => one > 0);
  const later = known.slice(1);
  const peak = largest(later.slice(1).map((one, i) => Math.min(one, later[i]!)));
  const { gradient, layers } = looks[0]!;
  const between = layers.length > 1;
  const norms = window.map((look) => look.gradient);
  const now = looks.at(-1)!.layers;
  const ratios = looks.slice(0, AT_FIRST).map((look) => look.layers[0]!.gradient / look.layers.at(-1)!.gradient);
  return {
    gradient_left: gradient > 0 ? median(norms) / gradient : NaN,
    gradient_ratio_at_first: between ? median(ratios.filter(Number.isFinite)) : NaN,
    weights_left: largest(layers.map(({ weights }, l) => now[l]!.weights / weights).filter(Number.isFinite)),
    update_ratio: median(window.map(ratio)),
    update_ratio_at_first: known[0] ?? NaN,
    update_ratio_peak: later.length > 1 ? peak : known.length > 0 ? 0 : NaN,
    gradient_at_first: gradient,
    gradient_over_weights: largest(layers.filter(({ weights }) => weights > 0).map((layer) => layer.gradient / layer.weights)),
    gradient_of_first: between ? median(window.map((look) => look.layers[0]!.gradient)) : NaN,
    gradient_of_last: between ? median(window.map((look) => look.layers.at(-1)!.gradient)) : NaN,
  };
}

function ofOutputs(looks: readonly Look[], { task }: Trainer): Measured {
  if (looks.length === 0) return {};
  return {
    classes: task.classes > 0 ? task.classes : NaN,
    guess: task.classes > 0 ? Math.log(task.classes) : NaN,
    output_size: median(looks.slice(-WINDOW).map(({ outputSize }) => outputSize)),
    output_size_at_first: looks[0]!.outputSize,
    input_size: median(looks.slice(0, AT_FIRST).map(({ inputSize }) => inputSize)),
    answer_size: looks[0]!.answerSize,
  };
}

/** Where numbers stopped being finite: in the outputs, the loss, the gradient or the step. */
function ofNumbersThatAreNone({ reach, firstReach, outputsAreFinite }: Watch, trainer: Trainer): Measured {
  const { failure, gradient } = trainer;
  const forward = failure !== null && failure.step > trainer.step; // its step was not taken
  const backward = failure !== null && !forward && gradient.some((value) => !Number.isFinite(value));
  return {
    nan_in_outputs: Number(forward && !outputsAreFinite),
    nan_in_loss: Number(forward && outputsAreFinite),
    nan_in_gradient: Number(backward),
    nan_in_step: Number(failure !== null && !forward && !backward),
    growth: firstReach > 0 ? reach / firstReach : 1,
  };
}

/** The cross-entropy of guessing by the shares of the classes. */
function guessing(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < TOLD || counts.length < 2) return NaN;
  return -counts.reduce((sum, count) => sum + (count / total) * Math.log(count / total), 0);
}
