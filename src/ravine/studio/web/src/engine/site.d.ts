// What static/rules.js defines before the bundle runs. Python writes it from the registries (studio/rules_script.py),
// so that a rule or a landscape added tomorrow is here without a build.

/** One line of a rule's equation, in its order; the last is the step that is subtracted. */
interface Line {
  name: string; // "m", "m_hat", "step"
  symbol: string; // MathML of the name
  expression: string; // MathML of the right-hand side
  code: string; // the right-hand side in the equation language
}

interface Hyperparameter {
  name: string;
  default: number;
  low: number; // the range; -Infinity and Infinity where it is open
  high: number;
  holdsLow: boolean;
  holdsHigh: boolean;
  meaning: string;
  symbol: string; // MathML
}

interface RuleFacts {
  name: string;
  title: string;
  family: string; // the main form's name
  dialect: string;
  source: string;
  goodAt: string;
  hurts: string;
  mathml: string;
  glsl: string;
  glslGradientPoint: string;
  inputs: string[]; // "g", and "theta" where the rule reads it
  state: Record<string, number | string>; // start: a number, or the hyperparameter that gives it
  hyperparameters: Record<string, Hyperparameter>;
  keywords: string[]; // "t" and hyperparameters, in the order of the function's arguments
  lines: Line[];
  /** (…inputs, …state, …keywords) → [step, …new state]: the JavaScript generated from the equation. */
  step: (...numbers: number[]) => number[];
  /** The same arguments → the value of every line of `lines`, in order. */
  parts: (...numbers: number[]) => number[];
  /** (theta, …state, …keywords) → where the rule wants its gradient. */
  gradientPoint: (...numbers: number[]) => number;
}

interface LandscapeFacts {
  name: string;
  title: string;
  lesson: string;
  mathml: string;
  glsl: string; // float NAME(float x, float y, …parameters)
  glslGradient: string; // vec2 NAME_gradient(float x, float y, …parameters)
  python: string; // the formula in the equation language
  domain: { x: [number, number]; y: [number, number] };
  range: [number, number];
  minima: [number, number][];
  saddles: [number, number][];
  start: [number, number];
  parameters: Record<string, number>;
  value: (x: number, y: number, ...parameters: number[]) => number;
  gradient: (x: number, y: number, ...parameters: number[]) => [number, number];
}

interface RavineData {
  version: string;
  glslPrelude: string;
  rates: number[]; // the grid that races pick learning rates from (ravine.trajectory.RATES)
  rules: Record<string, RuleFacts>;
  landscapes: Record<string, LandscapeFacts>;
}

declare const RAVINE: RavineData;
