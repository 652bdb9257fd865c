// The learning rate that a race picks where none is given: the criterion of ravine.trajectory.best_rate.
import { type Course, walk } from "./descent";
import { floorOf, holds } from "./landscape";

/**
 * The rate of RAVINE.rates with which the rule gets down soonest: the lowest mean of log(height above the lowest known
 * point). Out are rates whose path climbs above its start or jumps over a fifth of the domain. Noise and schedule are
 * left aside, as Python leaves them.
 */
export function bestRate(course: Course): number {
  let [best, lowest] = [RAVINE.rates[0]!, Infinity];
  for (const rate of RAVINE.rates) {
    const plain = { ...course, settings: { ...course.settings, lr: rate }, schedule: "constant", shaken: null };
    const reached = score(plain);
    if (reached < lowest) [best, lowest] = [rate, reached];
  }
  return best;
}

function score(course: Course): number {
  const { landscape, start, steps } = course;
  const [low, high] = landscape.range;
  const floor = floorOf(landscape) ?? low;
  const least = Math.max(1e-12 * (high - low), 1e-300); // a flat formula has no range
  const reach = [
    0.2 * (landscape.domain.x[1] - landscape.domain.x[0]),
    0.2 * (landscape.domain.y[1] - landscape.domain.y[0]),
  ];
  const top = landscape.value(...start);
  let sum = Math.log(Math.max(top - floor, least));
  let tame = true;
  walk(course, ({ theta }, x, y) => {
    const height = landscape.value(x, y);
    const calm = Math.abs(x - theta[0]) <= reach[0]! && Math.abs(y - theta[1]) <= reach[1]!;
    // What a path does after it has left the picture is not looked at, but for its height.
    tame = height <= top && Number.isFinite(x + y) && (calm || !holds(landscape, theta));
    if (tame) sum += Math.log(Math.max(height - floor, least));
    return tame;
  });
  return tame ? sum / (steps + 1) : Infinity;
}
