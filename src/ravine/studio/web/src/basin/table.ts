// What does not depend on a pixel, computed in double precision: a row of a texture for each row of the map.
import { share, type Job } from "./run";

/** Which number of a row is what: `fixed` ones come first, then for each step those that vary, in fours. */
export interface Layout {
  fixed: string[];
  varying: string[]; // also lr's factor, and the noise for x and y
}

export const FACTOR = "lr_F";
export const NOISE = ["noise_X", "noise_Y"];

export function layout({ rule, schedule, shaken }: Pick<Job, "rule" | "schedule" | "shaken">): Layout {
  const { names, varying } = rule.pixel!;
  return {
    fixed: names.filter((name) => !varying.includes(name)),
    varying: [...varying, ...(schedule === "constant" ? [] : [FACTOR]), ...(shaken ? NOISE : [])],
  };
}

const texels = (count: number): number => Math.ceil(count / 4);

export interface Table {
  numbers: Float32Array; // rows × width × 4
  width: number; // in texels
  rows: number;
}

export function fill(job: Job): Table {
  const plan = layout(job);
  const up = job.over === "starts" ? null : job.over.up;
  const rows = up === null ? 1 : job.height;
  const width = Math.max(1, texels(plan.fixed.length) + job.steps * texels(plan.varying.length));
  const numbers = new Float32Array(rows * width * 4);
  for (let row = 0; row < rows; row++) {
    const settings = up === null ? job.settings : { ...job.settings, [up.name]: up.at(share(row, job.height)) };
    fillRow(numbers.subarray(row * width * 4, (row + 1) * width * 4), { ...job, settings }, plan);
  }
  return { numbers, width, rows };
}

function fillRow(row: Float32Array, { rule, settings, steps, schedule, shaken }: Job, plan: Layout): void {
  const { names, stepState, parameters, once } = rule.pixel!;
  const factor = RAVINE.schedules[schedule]!.factor;
  let state = Object.values(stepState).map((start) => (typeof start === "string" ? settings[start]! : start));
  const hyperparameters = parameters.map((name) => settings[name]!);
  const fixed = plan.fixed.map((name) => names.indexOf(name));
  const varying = plan.varying.map((name) => names.indexOf(name));
  let at = 4 * texels(fixed.length);
  for (let t = 1; t <= steps; t++, at += 4 * texels(varying.length)) {
    const values = once(t, ...state, ...hyperparameters);
    state = values.slice(names.length);
    if (t === 1) fixed.forEach((place, i) => (row[i] = values[place]!));
    for (const [i, place] of varying.entries()) {
      if (place >= 0) row[at + i] = values[place]!;
      else row[at + i] = extra(plan.varying[i]!, t);
    }
  }

  function extra(name: string, t: number): number {
    if (name === FACTOR) return factor(t, steps);
    return shaken![2 * (t - 1) + NOISE.indexOf(name)]!;
  }
}
