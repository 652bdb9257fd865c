// What a network has learned, as Python reads it: ravine/studio/notebook/results.py.
import type { Course } from "./course";

export interface Result {
  step: number;
  sizes: number[]; // units of every layer, the inputs first
  parameters: number[]; // as PyTorch's parameters(): each layer's weights, then its biases
  loss: number;
  accuracy: number; // NaN of a curve
  heldOutLoss: number;
  heldOutAccuracy: number;
  findings: string[]; // the titles of what is wrong, the cause first
}

export function result({ step, trainer, latest, findings }: Course): Result {
  const { train, heldOut } = latest ?? { train: NONE, heldOut: NONE };
  return {
    step,
    sizes: trainer.sizes,
    parameters: [...trainer.parameters],
    loss: train.loss,
    accuracy: train.accuracy,
    heldOutLoss: heldOut.loss,
    heldOutAccuracy: heldOut.accuracy,
    findings: findings.map(({ title }) => title),
  };
}

const NONE = { loss: NaN, accuracy: NaN };
