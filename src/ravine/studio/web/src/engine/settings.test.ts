import assert from "node:assert/strict";
import test from "node:test";
import { fits } from "./number";
import { scaleOf } from "./settings";
import "./fake_site";

function hyperparameter(name: string, low: number, high: number, usual: number, holdsLow = true): Hyperparameter {
  return { name, default: usual, low, high, holdsLow, holdsHigh: false, meaning: "", symbol: "" };
}

const LR = hyperparameter("lr", 0, Infinity, 1e-3, false);
const BETA = hyperparameter("beta2", 0, 1, 0.999);
const EPS = hyperparameter("eps", 0, Infinity, 1e-8);
const ANY = hyperparameter("shift", -Infinity, Infinity, 2);

test("every position of a slider is a value that the rule takes", () => {
  for (const known of [LR, BETA, EPS, ANY]) {
    const { toValue } = scaleOf(known);
    for (let i = 0; i <= 200; i++) assert.ok(fits(known, toValue(i / 200)), `${known.name} at ${i / 200}`);
  }
});

test("a slider grows from left to right and comes back to where it was", () => {
  for (const known of [LR, BETA, EPS, ANY]) {
    const { toValue, toPosition } = scaleOf(known);
    for (let i = 1; i <= 200; i++) {
      assert.ok(toValue(i / 200) >= toValue((i - 1) / 200), `${known.name} at ${i / 200}`);
      assert.ok(Math.abs(toPosition(toValue(i / 200)) - i / 200) < 0.02, `${known.name} at ${i / 200}`);
    }
  }
});

test("defaults and the usual values have a place between the ends", () => {
  for (const [known, values] of [
    [LR, [1e-3, 0.1, 1]],
    [BETA, [0.5, 0.9, 0.99, 0.999]],
    [EPS, [1e-10, 1e-8, 1e-3]],
  ] as const) {
    for (const value of values) {
      const position = scaleOf(known).toPosition(value);
      assert.ok(position > 0.02 && position < 0.98, `${known.name} ${value}: ${position}`);
    }
  }
});

test("a beta of 0.99 is as far from 0.9 as 0.999 from 0.99", () => {
  const { toPosition } = scaleOf(BETA);
  const [a, b, c] = [0.9, 0.99, 0.999].map(toPosition) as [number, number, number];
  assert.ok(Math.abs(b - a - (c - b)) < 1e-9);
});

test("where nought is allowed it is the lower end of a scale of decades", () => {
  assert.equal(scaleOf(EPS).toValue(0), 0);
  assert.ok(scaleOf(LR).toValue(0) > 0);
});
