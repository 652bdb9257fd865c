// What a picture shows, in words: for its text alternative, for the status line and for the legend.
import type { Trajectory } from "../engine/descent";
import { floorOf, holds } from "../engine/landscape";
import type { Lane, Session } from "../engine/session";
import { short } from "../parts/elements";
import { lastFinite } from "./paths";

/** How a lane stands at a step: its height, and what happened to it. */
export function standing({ run, course }: Lane, step: number): string {
  if (run.divergedAt !== null && step >= run.divergedAt) return ended(run);
  const height = short(run.values[step]!);
  return holds(course.landscape, [run.x[step]!, run.y[step]!]) ? height : `${height}, outside the picture`;
}

/** What became of a run that could not go on. */
function ended({ divergedAt, ending }: Trajectory): string {
  switch (ending) {
    case "no height":
      return `no height from step ${divergedAt} on`;
    case "no number":
      return `no number from step ${divergedAt} on (0/0)`;
    default:
      return `diverged at step ${divergedAt}`;
  }
}

export function describe(session: Session): string {
  const { landscape, lanes, step, state } = session;
  const seen = state.view === "surface" ? "as a surface" : "as contours";
  const known = landscape.minima.length > 0 ? ` Its lowest known height is ${short(floorOf(landscape)!)}.` : "";
  const start = session.start.map(short).join(", ");
  const where = `start at (${start}), step ${step} of ${state.steps}`;
  const holes = landscape.holes ? " Hatched: no height there." : "";
  return `${landscape.title} ${seen}, ${where}.${known}${holes} ${standings(lanes, step)}`;
}

export function standings(lanes: readonly Lane[], step: number): string {
  if (lanes.length === 0) return "No rule is running.";
  return lanes
    .map((lane) => {
      const last = Math.min(step, lastFinite(lane));
      const [x, y] = [short(lane.run.x[last]!), short(lane.run.y[last]!)];
      const how = standing(lane, step);
      return `${lane.rule.title}: ${last < step ? how : `height ${how}, at (${x}, ${y})`}.`;
    })
    .join(" ");
}
