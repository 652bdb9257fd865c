// The canvas of a map: the painted pixels in their frame, and over them what helps to read it.
import { descend } from "../engine/descent";
import type { Point } from "../engine/landscape";
import { make } from "../parts/elements";
import { flat, type Frame, type Projection } from "../landscape/projection";
import { theme, type Theme } from "../parts/theme";
import { decades, drawAxes, evenly, fifths } from "./axes";
import type { Outcomes } from "./outcome";
import { homeOf } from "./pick";
import { paintLosses, paintOutcomes } from "./paint";
import type { Seen } from "./seen";
import type { Subject } from "./subject";

/** Of the canvas around the map, in CSS pixels: for the axes. */
export const MARGIN = { left: 62, right: 10, top: 10, bottom: 26 };
const MOST_PIXELS = 900; // a side; beyond it the eye gains nothing

export class Picture {
  readonly canvas = make("canvas", {
    class: "map-canvas",
    role: "img",
    "aria-label": "A map of many runs; drawn when it is seen.",
  });
  private frame: Frame = { left: 0, top: 0, width: 1, height: 1 };

  /** Where a point of the canvas lies in the frame: shares of the way across and up; null beside it. */
  locate(event: PointerEvent): Point | null {
    const box = this.canvas.getBoundingClientRect();
    const { left, top, width, height } = this.frame;
    const place: Point = [(event.clientX - box.left - left) / width, 1 - (event.clientY - box.top - top) / height];
    return place.every((share) => share >= 0 && share <= 1) ? place : null;
  }

  draw(seen: Seen, subject: Subject, start: Point): void {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width < 2 || height < 2) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    const { left, top, right, bottom } = MARGIN;
    this.frame = { left, top, width: width - left - right, height: height - top - bottom };
    const colours = theme();
    const { frame } = this;
    const [across, down] = [frame.width, frame.height].map((side) =>
      Math.min(MOST_PIXELS, Math.round(side * ratio)),
    ) as [number, number];
    context.drawImage(paper(imageOf(seen, across, down, colours)), frame.left, frame.top, frame.width, frame.height);
    const projection = flat(subject.landscape, frame);
    if (seen.kind === "basin") {
      const { x, y } = subject.landscape.domain;
      drawAxes(
        context,
        frame,
        evenly(x, Math.max(3, frame.width / 80)),
        evenly(y, Math.max(3, frame.height / 60)),
        colours,
      );
      drawRun(context, subject, start, projection, colours);
      drawMinima(context, seen.outcomes, projection, colours);
    } else {
      drawAxes(context, frame, decades(seen.rates), seen.up ? fifths(seen.up.at) : [], colours);
      drawBest(context, seen, frame, colours);
      drawSetting(context, seen, subject, start, frame, colours);
    }
  }
}

function imageOf(seen: Seen, width: number, height: number, colours: Theme): ImageData {
  if (seen.kind === "basin") return paintOutcomes(seen.outcomes, seen.runs, width, height, colours);
  return paintLosses(seen.runs, seen.losses.floor, seen.losses.span, width, height, colours);
}

function paper(image: ImageData): HTMLCanvasElement {
  const canvas = make("canvas", { width: String(image.width), height: String(image.height) });
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}

/** Lines with a rim, so that they are seen on any colour. */
function rimmed(context: CanvasRenderingContext2D, colours: Theme, width: number, trace: () => void): void {
  context.lineJoin = "round";
  for (const [stroke, more] of [
    [colours.dark ? "#0c141c" : "#ffffff", 3],
    [colours.ink, 0],
  ] as const) {
    context.strokeStyle = stroke;
    context.lineWidth = width + more;
    context.beginPath();
    trace();
    context.stroke();
  }
}

/** The run from the start that is set, in double precision. */
function drawRun(
  context: CanvasRenderingContext2D,
  subject: Subject,
  start: Point,
  { toScreen, frame }: Projection,
  colours: Theme,
): void {
  const run = descend({ ...subject, start });
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  const points = Array.from(run.x, (x, t) => toScreen(x, run.y[t]!)).filter(([x, y]) => Number.isFinite(x + y));
  rimmed(context, colours, 1.6, () =>
    points.forEach(([x, y], t) => (t === 0 ? context.moveTo(x, y) : context.lineTo(x, y))),
  );
  rimmed(context, colours, 2, () => context.arc(...points[0]!, 6, 0, 2 * Math.PI));
  context.restore();
}

/** The number of each minimum that the legend names. */
function drawMinima(
  context: CanvasRenderingContext2D,
  { minima, shares }: Outcomes,
  { toScreen }: Projection,
  colours: Theme,
): void {
  context.font = "bold 13px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const met = new Set(shares.filter(({ part }) => minima.length <= 30 || part > 0.02).map(({ outcome }) => outcome));
  minima.forEach(([x, y], k) => {
    if (!met.has(k)) return;
    const [left, top] = toScreen(x, y);
    context.lineWidth = 4;
    context.strokeStyle = colours.dark ? "#0c141c" : "#ffffff";
    context.strokeText(String(k + 1), left, top);
    context.fillStyle = colours.ink;
    context.fillText(String(k + 1), left, top);
  });
}

/** A ring about the lowest loss. */
function drawBest(
  context: CanvasRenderingContext2D,
  { losses, runs }: Seen & { kind: "rates" },
  frame: Frame,
  colours: Theme,
): void {
  if (losses.best === null) return;
  const [i, j] = [losses.best % runs.width, Math.floor(losses.best / runs.width)];
  const [x, y] = [
    frame.left + ((i + 0.5) / runs.width) * frame.width,
    frame.top + (1 - (j + 0.5) / runs.height) * frame.height,
  ];
  rimmed(context, colours, 2, () => context.arc(x, y, 8, 0, 2 * Math.PI));
}

/** A cross where the settings of the race are. */
function drawSetting(
  context: CanvasRenderingContext2D,
  seen: Seen & { kind: "rates" },
  subject: Subject,
  start: Point,
  frame: Frame,
  colours: Theme,
): void {
  const [across, up] = homeOf(seen, subject, start);
  const [x, y] = [frame.left + across * frame.width, frame.top + (1 - up) * frame.height];
  if (!(across >= 0 && across <= 1)) return;
  rimmed(context, colours, 2, () => {
    for (const [dx, dy] of [
      [7, 7],
      [7, -7],
    ] as const) {
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
    }
  });
}
