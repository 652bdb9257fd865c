// Everything that a network's training follows from: two with the same recipe end at the same bits.
import { classesOf, type Dataset, type InputScale, widthOf } from "./datasets";

export const DECAYS = ["none", "l2", "decoupled"] as const;

export interface Recipe {
  data: Dataset;
  examples: number; // to train on
  random: number; // share of their labels that is drawn anew
  scale: InputScale;
  widths: number[]; // of the hidden layers
  activation: string;
  init: string;
  gain: number; // factor of the first weights
  bias: number | null; // where the biases begin; null: where the initializer says
  dropout: { inputs: number; hidden: number }; // probabilities of turning a unit off
  rule: string;
  settings: Record<string, number>; // those of its hyperparameters that differ from the defaults
  decay: (typeof DECAYS)[number];
  lambda: number; // of the decay
  batch: number | "all";
  schedule: string;
  steps: number; // of the whole run, which a schedule counts by
  seed: number;
}

export function sizesOf({ data, widths }: Recipe): number[] {
  return [widthOf(data), ...widths, classesOf(data) || 1];
}

/** The rule with its weight decay, as ravine.rules names it. */
export function ruleName({ rule, decay }: Recipe): string {
  return decay === "none" ? rule : `${rule}+${decay}`;
}

export function loopsOf(recipe: Recipe): RuleLoops {
  return RAVINE_TRAINING.rules[ruleName(recipe)]!;
}

/** Every hyperparameter of the rule, that of the decay included. */
export function settingsOf(recipe: Recipe): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { name, default: usual } of Object.values(RAVINE.rules[recipe.rule]!.hyperparameters))
    all[name] = recipe.settings[name] ?? usual;
  return recipe.decay === "none" ? all : { ...all, weight_decay: recipe.lambda };
}
