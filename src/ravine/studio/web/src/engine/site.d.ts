// What static/rules.js defines before the bundle runs. Python writes it from the registries (studio/rules_script.py),
// so that a rule or a landscape added tomorrow is here without a build.

/** One value that a rule computes, in the order of its equation; the last is `step`, which is subtracted. */
interface Line {
  name: string; // "m", "m_hat", "step"
  symbol: string; // MathML of the name
  expression: string; // MathML of the right-hand side
  code: string; // the right-hand side in the equation language
}

interface Hyperparameter {
  name: string;
  default: number;
  low: number; // the range; Infinity where it is open
  high: number;
  holdsLow: boolean;
  holdsHigh: boolean;
  meaning: string;
  symbol: string; // MathML
}

interface RuleFacts {
  name: string; // "adam", "adam_keras", "adam+l2"
  title: string;
  family: string; // the main form's name
  main: boolean;
  dialect: string;
  source: string;
  functionName: string; // FUNCTION: as the generated code spells the name
  looksAhead: boolean; // whether the gradient is wanted elsewhere than at theta
  inputs: string[]; // "g", and "theta" where the rule reads it
  state: Record<string, number | string>; // start: a number, the hyperparameter that gives it, or "theta"
  hyperparameters: Record<string, Hyperparameter>;
  keywords: string[]; // "t" and hyperparameters, in the order of the function's arguments
  lines: Line[];
  /** PyTorch's own optimizer of this arithmetic, its fixed options and its names of our settings. */
  torch: { call: string; options: Record<string, boolean>; settings: Record<string, string> } | null;
  /** (…inputs, …state, …keywords) → [step, …new state]: the JavaScript generated from the equation. */
  step: (...numbers: number[]) => number[];
  /** The same arguments → the value of every line of `lines`, in order. */
  parts: (...numbers: number[]) => number[];
  /** Of a rule with norms, to which x and y are one tensor: the same, of the arguments of x and those of y at once. */
  together: { step: (each: number[][]) => number[][]; parts: (each: number[][]) => number[][] } | null;
  /** (theta, …state, …keywords) → where the rule wants its gradient. */
  gradientPoint: (...numbers: number[]) => number;
  /** The rule in the two parts that maps run it in: see ravine/backends/webgl.py. null: with norms, it has none. */
  pixel: {
    glsl: string; // FUNCTION_Pixel and FUNCTION_Ahead
    names: string[];
    varying: string[];
    state: Record<string, number | string>;
    stepState: Record<string, number | string>;
    parameters: string[]; // the hyperparameters that `once` takes
    /** (t, …stepState, …parameters) → [a value for each of names, …new stepState]. */
    once: (t: number, ...numbers: number[]) => number[];
  } | null;
}

interface LandscapeFacts {
  name: string;
  title: string;
  lesson: string;
  glsl: string; // float FUNCTION(float x, float y, …parameters)
  glslGradient: string; // vec2 FUNCTION_Gradient(float x, float y, …parameters)
  python: string; // its definition in the equation language
  domain: { x: [number, number]; y: [number, number] };
  range: [number, number];
  minima: [number, number][];
  saddles: [number, number][];
  start: [number, number];
  parameters: Record<string, number>;
  value: (x: number, y: number, ...parameters: number[]) => number;
  gradient: (x: number, y: number, ...parameters: number[]) => [number, number];
}

interface ActivationCurve {
  name: string;
  title: string;
  parameters: Record<string, number>;
  value: (z: number, ...parameters: number[]) => number;
  slope: (z: number, ...parameters: number[]) => number; // at a kink PyTorch's
}

interface ScheduleFacts {
  name: string;
  title: string;
  factor: (t: number, steps: number) => number; // t counted from 1
}

/** How one rule is drawn. */
interface Look {
  number: number; // its place in the palette
  light: string; // its colour on light paper
  dark: string; // and on dark paper
  marker: string; // "o", "s", "^", … as matplotlib calls them
  dash: number[]; // lengths of line and gap in pixels; empty where the line is unbroken
}

/** See ravine.palette. */
interface Palette {
  colours: number; // so many looks come before the colours begin again
  looks: Look[];
  markers: Record<string, string>; // outlines as SVG path data, of radius 1; "*" is a minimum's
  homes: Record<string, number>; // family → the number of its look
}

interface RavineData {
  version: string;
  functions: Record<"erf" | "erfc", (x: number) => number>; // what Math lacks of the equation language
  glslPrelude: string;
  glslPrefix: string; // with which the names of a rule's quantities begin in GLSL, and no other word
  newtonSchulz: { coefficients: [number, number, number]; eps: number }; // of `orthogonalize`
  rates: number[]; // the grid that races pick learning rates from (ravine.trajectory.RATES)
  palette: Palette;
  rules: Record<string, RuleFacts>; // the oldest first, each main form followed by its forms with weight decay
  landscapes: Record<string, LandscapeFacts>;
  activations: Record<string, ActivationCurve>; // the oldest first
  schedules: Record<string, ScheduleFacts>;
}

declare const RAVINE: RavineData;
