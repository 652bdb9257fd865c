// A rule run on a landscape: the same numbers as ravine.descend, to the rounding of exp, log, sin, cos and powers.
import type { Landscape, Point } from "./landscape";
import { standardNormal } from "./noise";

export type Settings = Record<string, number>;

export interface Course {
  rule: RuleFacts;
  settings: Settings; // every hyperparameter
  landscape: Landscape;
  start: Point;
  steps: number;
  schedule: string;
  shaken: Float64Array | null; // noise on the gradients: x and y of step 1, of step 2, …
}

export interface Trajectory {
  x: Float64Array; // steps + 1, the start first; NaN after a divergence
  y: Float64Array;
  values: Float64Array;
  divergedAt: number | null; // the step (from 1) of the first value that is not finite
  ending: Ending | null; // why it ends there
}

/** Out of all bounds; at a place where the landscape has no height; a step that is no number, 0/0 say. */
export type Ending = "diverged" | "no height" | "no number";

/** One step taken apart: what the rule saw and remembered before step `t`, for x and for y. */
export interface Moment {
  rule: RuleFacts;
  t: number;
  theta: Point; // where the parameter stands
  at: Point; // where the gradient is taken: theta, unless the rule looks ahead
  gradient: Point; // noise included
  state: [number[], number[]]; // before the step, in the order of rule.state
  settings: Settings; // in force at this step: lr times its schedule
}

/** The value of every line of the rule's equation at a moment, for x and for y. */
export function parts({ rule, theta, gradient, state, settings, t }: Moment): [number[], number[]] {
  const given = (i: 0 | 1) => {
    const inputs = rule.inputs.map((name) => (name === "g" ? gradient[i] : theta[i]));
    const keywords = rule.keywords.map((name) => (name === "t" ? t : settings[name]!));
    return [...inputs, ...state[i], ...keywords];
  };
  if (rule.together !== null) return rule.together.parts([given(0), given(1)]) as [number[], number[]];
  return [rule.parts(...given(0)), rule.parts(...given(1))];
}

/** Noise for `steps` steps; null where there is none. */
export function shakenBy(noise: number, seed: number, steps: number): Float64Array | null {
  return noise > 0 ? standardNormal(seed, 2 * steps).map((value) => noise * value) : null;
}

export function descend(course: Course): Trajectory {
  const size = course.steps + 1;
  const [x, y, values] = [filled(size), filled(size), filled(size)];
  const { landscape } = course;
  [x[0], y[0]] = course.start;
  values[0] = landscape.value(...course.start);
  let divergedAt: number | null = null;
  let ending: Ending | null = null;
  walk(course, ({ t }, nextX, nextY) => {
    const height = landscape.value(nextX, nextY);
    if (!allFinite(height, nextX, nextY)) {
      divergedAt = t;
      ending = endingOf(height, nextX, nextY);
      return false;
    }
    x[t] = nextX;
    y[t] = nextY;
    values[t] = height;
    return true;
  });
  return { x, y, values, divergedAt, ending };
}

function endingOf(height: number, x: number, y: number): Ending {
  if (Number.isNaN(x) || Number.isNaN(y)) return "no number";
  return Number.isNaN(height) && Number.isFinite(x) && Number.isFinite(y) ? "no height" : "diverged";
}

/** The moment of step `t` (from 1); null where the run has diverged before it. */
export function momentAt(course: Course, t: number): Moment | null {
  let found: Moment | null = null;
  walk(course, (walker, nextX, nextY) => {
    if (walker.t === t) found = walker.moment();
    return walker.t < t && allFinite(course.landscape.value(nextX, nextY), nextX, nextY);
  });
  return found;
}

/** Takes the steps; `visit` sees each with the point that it leads to, and says whether to go on. */
export function walk(course: Course, visit: (walker: Walker, nextX: number, nextY: number) => boolean): void {
  const walker = new Walker(course);
  while (walker.t < course.steps) {
    const [nextX, nextY] = walker.step();
    if (!visit(walker, nextX, nextY)) return;
    walker.arrive(nextX, nextY);
  }
}

/** A run under way. Its arguments are kept in place from step to step, since a page takes a million of them. */
class Walker {
  t = 0;
  readonly theta: Point;
  private at: Point = [0, 0];
  private gradient: Point = [0, 0];
  private readonly numbers: [number[], number[]]; // the arguments of rule.step, for x and for y
  private results: [number[], number[]] = [[], []];
  private readonly places: { g: number; theta: number; state: number; t: number; lr: number };
  private readonly factor: (t: number, steps: number) => number;

  constructor(private readonly course: Course) {
    const { rule, settings } = course;
    const starts = Object.values(rule.state);
    const numbers = (theta: number): number[] => {
      const known: Settings = { ...settings, theta };
      const state = starts.map((value) => (typeof value === "string" ? known[value]! : value));
      const keywords = rule.keywords.map((name) => (name === "t" ? 0 : settings[name]!));
      return [...rule.inputs.map(() => 0), ...state, ...keywords];
    };
    const keyword = (name: string) => {
      const place = rule.keywords.indexOf(name);
      return place < 0 ? -1 : rule.inputs.length + starts.length + place;
    };
    this.numbers = [numbers(course.start[0]), numbers(course.start[1])];
    this.places = {
      g: rule.inputs.indexOf("g"),
      theta: rule.inputs.indexOf("theta"),
      state: rule.inputs.length,
      t: keyword("t"),
      lr: keyword("lr"),
    };
    this.theta = [...course.start];
    this.factor = RAVINE.schedules[course.schedule]!.factor;
  }

  /** The point that the next step leads to. */
  step(): Point {
    const { rule, landscape, shaken, settings, steps } = this.course;
    const { numbers, places, theta } = this;
    const t = ++this.t;
    for (const each of numbers) {
      if (places.t >= 0) each[places.t] = t;
      if (places.lr >= 0) each[places.lr] = settings.lr! * this.factor(t, steps);
    }
    this.at = [theta[0], theta[1]];
    if (rule.looksAhead) this.at = [this.ahead(0), this.ahead(1)];
    this.gradient = landscape.gradient(this.at[0], this.at[1]);
    if (shaken) this.gradient = [this.gradient[0] + shaken[2 * t - 2]!, this.gradient[1] + shaken[2 * t - 1]!];
    for (const i of [0, 1] as const) {
      numbers[i][places.g] = this.gradient[i];
      if (places.theta >= 0) numbers[i][places.theta] = theta[i];
      if (rule.together === null) this.results[i] = rule.step(...numbers[i]);
    }
    if (rule.together !== null) this.results = rule.together.step(numbers) as [number[], number[]];
    return [theta[0] - this.results[0][0]!, theta[1] - this.results[1][0]!];
  }

  /** Stands where the step has led, and remembers the new state. */
  arrive(x: number, y: number): void {
    this.theta[0] = x;
    this.theta[1] = y;
    for (const i of [0, 1] as const) {
      const [result, numbers] = [this.results[i], this.numbers[i]];
      for (let k = 1; k < result.length; k++) numbers[this.places.state + k - 1] = result[k]!;
    }
  }

  /** The step just taken, apart from the walk. */
  moment(): Moment {
    const { rule, settings } = this.course;
    const { state: from, lr } = this.places;
    const to = from + Object.keys(rule.state).length;
    const state: Moment["state"] = [this.numbers[0].slice(from, to), this.numbers[1].slice(from, to)];
    const inForce = lr < 0 ? { ...settings } : { ...settings, lr: this.numbers[0][lr]! };
    return { rule, t: this.t, theta: [...this.theta], at: this.at, gradient: this.gradient, state, settings: inForce };
  }

  private ahead(i: 0 | 1): number {
    return this.course.rule.gradientPoint(this.theta[i], ...this.numbers[i].slice(this.places.state));
  }
}

function allFinite(a: number, b: number, c: number): boolean {
  return Number.isFinite(a) && Number.isFinite(b) && Number.isFinite(c);
}

function filled(size: number): Float64Array {
  return new Float64Array(size).fill(NaN);
}
