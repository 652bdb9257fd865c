// The paths of a race on a canvas. While a race plays, only what is new is drawn: the canvas keeps the rest.
import type { Point } from "../engine/landscape";
import type { Lane } from "../engine/session";
import { drawMarker } from "./markers";
import type { Projection } from "./projection";
import { colourOf, type Theme } from "../parts/theme";

const DOTTED_FROM = 5; // pixels between two steps, from which on each step has its dot

export class Paths {
  private drawn: number[] = []; // per lane, the last step on the canvas
  private walked: number[] = []; // per lane, the length of its line, so that dashes go on where they ended

  constructor(private readonly context: CanvasRenderingContext2D) {}

  /** Forgets what is drawn: lanes, size or projection have changed. */
  clear(): void {
    if (this.drawn.length === 0) return;
    const { canvas } = this.context;
    this.context.save();
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, canvas.width, canvas.height);
    this.context.restore();
    this.drawn = [];
    this.walked = [];
  }

  /** Draws the lanes up to `step`, the first on top. */
  draw(lanes: readonly Lane[], step: number, projection: Projection): void {
    if (this.drawn.some((last) => last > step)) this.clear();
    const { context } = this;
    const { left, top, width, height } = projection.frame;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    for (let place = lanes.length - 1; place >= 0; place--) {
      const lane = lanes[place]!;
      const from = this.drawn[place] ?? 0;
      const to = Math.min(step, lastFinite(lane));
      if (to > from) this.extend(lane, place, from, to, projection);
      this.drawn[place] = Math.max(from, to);
    }
    context.restore();
  }

  private extend(lane: Lane, place: number, from: number, to: number, projection: Projection): void {
    const { context } = this;
    const { x, y } = lane.run;
    let length = this.walked[place] ?? 0;
    const [line, hidden, dots] = [new Path2D(), new Path2D(), new Path2D()];
    let [left, top] = projection.toScreen(x[from]!, y[from]!);
    line.moveTo(left, top);
    const begun = length;
    let behind = false;
    for (let t = from + 1; t <= to; t++) {
      const [nextLeft, nextTop] = projection.toScreen(x[t]!, y[t]!);
      const reach = Math.hypot(nextLeft - left, nextTop - top);
      const covered = projection.hides(x[t]!, y[t]!);
      const outside = projection.beyond(x[t]!, y[t]!);
      if (outside) {
        line.moveTo(nextLeft, nextTop);
      } else if (covered) {
        hidden.moveTo(left, top);
        hidden.lineTo(nextLeft, nextTop);
      } else {
        if (behind) line.moveTo(left, top);
        line.lineTo(nextLeft, nextTop);
      }
      behind = covered || outside;
      if (reach >= DOTTED_FROM && !behind) {
        dots.moveTo(nextLeft + 2.2, nextTop);
        dots.arc(nextLeft, nextTop, 2.2, 0, 2 * Math.PI);
      }
      length += reach;
      [left, top] = [nextLeft, nextTop];
    }
    const colour = colourOf(lane.look);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.setLineDash(lane.look.dash);
    context.lineDashOffset = begun;
    context.stroke(line);
    context.globalAlpha = 0.25;
    context.stroke(hidden);
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.fill(dots);
    this.walked[place] = length;
  }
}

/** The heads of the paths at `position`, which may be between two steps; one outside the frame waits at its edge. */
export function drawHeads(
  context: CanvasRenderingContext2D,
  lanes: readonly Lane[],
  position: number,
  projection: Projection,
  theme: Theme,
): void {
  const { frame } = projection;
  for (let place = lanes.length - 1; place >= 0; place--) {
    const lane = lanes[place]!;
    const { x, y } = lane.run;
    const step = Math.min(Math.floor(position), lastFinite(lane));
    const share = step < Math.floor(position) || !Number.isFinite(x[step + 1]) ? 0 : position - step;
    const along = (values: Float64Array) =>
      share === 0 ? values[step]! : values[step]! + (values[step + 1]! - values[step]!) * share;
    const at = clamped(lane, along(x), along(y), projection);
    const [left, top] = projection.toScreen(...at.point);
    const colour = colourOf(lane.look);
    if (share > 0 && !at.beyond) {
      context.save();
      context.beginPath();
      context.rect(frame.left, frame.top, frame.width, frame.height);
      context.clip();
      context.beginPath();
      context.moveTo(...projection.toScreen(x[step]!, y[step]!));
      context.lineTo(left, top);
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.stroke();
      context.restore();
    }
    const seen: [number, number] = [
      Math.min(Math.max(left, frame.left + 7), frame.left + frame.width - 7),
      Math.min(Math.max(top, frame.top + 7), frame.top + frame.height - 7),
    ];
    const gone = at.beyond || Math.hypot(seen[0] - left, seen[1] - top) > 8;
    drawMarker(context, lane.look.marker, seen, gone ? 5 : 7, gone ? theme.paper : colour, gone ? colour : theme.paper);
  }
}

/** Where a head stands: on the edge of the ground where it has gone beyond it. */
function clamped({ course }: Lane, x: number, y: number, projection: Projection): { point: Point; beyond: boolean } {
  const beyond = projection.beyond(x, y);
  if (!beyond) return { point: [x, y], beyond };
  const { domain } = course.landscape;
  const inside = (value: number, [low, high]: Point) => Math.min(Math.max(value, low), high);
  return { point: [inside(x, domain.x), inside(y, domain.y)], beyond };
}

/** The last step before a divergence. */
export function lastFinite({ run }: Lane): number {
  return run.divergedAt === null ? run.values.length - 1 : run.divergedAt - 1;
}
