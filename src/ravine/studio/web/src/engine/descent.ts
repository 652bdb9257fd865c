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
}

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
export function parts(moment: Moment): [number[], number[]] {
  return [0, 1].map((i) => moment.rule.parts(...stepArguments(moment, i))) as [number[], number[]];
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
  walk(course, (moment, [nextX, nextY]) => {
    const height = landscape.value(nextX, nextY);
    if (!allFinite(height, nextX, nextY)) {
      divergedAt = moment.t;
      return false;
    }
    x[moment.t] = nextX;
    y[moment.t] = nextY;
    values[moment.t] = height;
    return true;
  });
  return { x, y, values, divergedAt };
}

/** The moment of step `t` (from 1); null where the run has diverged before it. */
export function momentAt(course: Course, t: number): Moment | null {
  let found: Moment | null = null;
  walk({ ...course, steps: Math.min(t, course.steps) }, (moment, [nextX, nextY]) => {
    if (moment.t === t) found = { ...moment, theta: [...moment.theta], state: [[...moment.state[0]], [...moment.state[1]]] };
    return allFinite(course.landscape.value(nextX, nextY), nextX, nextY);
  });
  return found;
}

/** Takes the steps; `visit` sees each with the point that it led to, and says whether to go on. */
export function walk(course: Course, visit: (moment: Moment, next: Point) => boolean): void {
  const { rule, landscape, steps, shaken } = course;
  const factor = RAVINE.schedules[course.schedule]!.factor;
  const begin = Object.values(rule.state).map((value) => (typeof value === "string" ? course.settings[value]! : value));
  const settings = { ...course.settings };
  const moment: Moment = {
    rule,
    t: 0,
    theta: [...course.start],
    at: [0, 0],
    gradient: [0, 0],
    state: [[...begin], [...begin]],
    settings,
  };
  const { theta } = moment;
  for (let t = 1; t <= steps; t++) {
    moment.t = t;
    if (settings.lr !== undefined) settings.lr = course.settings.lr! * factor(t, steps);
    moment.at = rule.looksAhead
      ? [rule.gradientPoint(...pointArguments(moment, 0)), rule.gradientPoint(...pointArguments(moment, 1))]
      : [theta[0], theta[1]];
    moment.gradient = landscape.gradient(moment.at[0], moment.at[1]);
    if (shaken) {
      moment.gradient = [moment.gradient[0] + shaken[2 * t - 2]!, moment.gradient[1] + shaken[2 * t - 1]!];
    }
    const alongX = rule.step(...stepArguments(moment, 0));
    const alongY = rule.step(...stepArguments(moment, 1));
    const next: Point = [theta[0] - alongX[0]!, theta[1] - alongY[0]!];
    if (!visit(moment, next)) return;
    [theta[0], theta[1]] = next;
    moment.state = [alongX.slice(1), alongY.slice(1)];
  }
}

function stepArguments(moment: Moment, i: number): number[] {
  const inputs = moment.rule.inputs.map((name) => (name === "g" ? moment.gradient[i]! : moment.theta[i]!));
  return [...inputs, ...moment.state[i]!, ...keywords(moment)];
}

function pointArguments(moment: Moment, i: number): number[] {
  return [moment.theta[i]!, ...moment.state[i]!, ...keywords(moment)];
}

function keywords({ rule, settings, t }: Moment): number[] {
  return rule.keywords.map((name) => (name === "t" ? t : settings[name]!));
}

function allFinite(...numbers: number[]): boolean {
  return numbers.every(Number.isFinite);
}

function filled(size: number): Float64Array {
  return new Float64Array(size).fill(NaN);
}
