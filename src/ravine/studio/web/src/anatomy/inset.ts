// The picture of a step: the landscape about the point, and the vectors that start there.
import type { Moment } from "../engine/descent";
import type { Landscape, Point } from "../engine/landscape";
import { contours } from "../landscape/contours";
import { drawPlaces } from "../landscape/map";
import { make, markup } from "../parts/elements";
import { flat, type Projection } from "../landscape/projection";
import { relief, type Relief } from "../landscape/relief";
import { theme, type Theme } from "../parts/theme";
import { plain } from "../formula/mathml";
import type { Part } from "./dissect";

const ZOOM = 2.5; // the picture shows the domain's sides divided by this
const SHORTEST = 14; // pixels; shorter arrows are magnified by powers of ten
const PICTURE = 640; // pixels a side of the whole landscape, drawn once

export class Inset {
  readonly element = make("div", { class: "inset" });
  private readonly canvas = make("canvas", {
    role: "img",
    "aria-label": "The vectors of one step; drawn when it is seen.",
  });
  private readonly labels = make("div", { class: "inset-labels", "aria-hidden": "true" });
  private ground: { land: Relief; dark: boolean; picture: HTMLCanvasElement } | null = null;

  constructor() {
    this.element.append(this.canvas, this.labels);
  }

  /** Draws the vectors up to `chosen`, which is strong, the others faint. Returns what to say of their scales. */
  draw(landscape: Landscape, moment: Moment, parts: readonly Part[], chosen: number): string {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width < 2 || height < 2) return "";
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    const colours = theme();
    const step = parts[parts.length - 1]!;
    const window_ = windowAbout(landscape, moment.theta, step.values);
    const projection = flat({ ...landscape, domain: window_ }, { left: 0, top: 0, width, height });
    this.drawGround(context, landscape, projection, colours, [width, height]);
    drawPlaces(context, landscape, projection, colours);

    this.labels.replaceChildren();
    const from = projection.toScreen(...moment.theta);
    const unit = lengthUnit(parts, Math.min(width, height));
    const notes: string[] = [];
    parts.slice(0, chosen + 1).forEach((part, i) => {
      if (part.kind !== "vector") return;
      const strong = i === chosen;
      // A rule that looks ahead has its gradient there.
      const origin = i === 0 ? projection.toScreen(...moment.at) : from;
      const arrow =
        part === step
          ? stepArrow(part, moment.theta, projection)
          : scaled([part.values[0] * unit, -part.values[1] * unit], Math.min(width, height));
      this.arrow(context, colours, origin, arrow.vector, strong ? "chosen" : i === 0 ? "gradient" : "faint");
      if (strong || i === 0) this.label(part, origin, arrow.vector, part === step, [width, height]);
      if (strong && arrow.times > 1) notes.push(`drawn ${arrow.times} times as long`);
      if (strong && arrow.times < 1) notes.push(`drawn at 1/${Math.round(1 / arrow.times)} of its length`);
    });
    dot(context, colours, from);
    if (moment.rule.looksAhead) ring(context, colours, projection.toScreen(...moment.at));
    canvas.setAttribute("aria-label", spoken(moment, parts[chosen]!));
    return notes.join("; ");
  }

  private drawGround(
    context: CanvasRenderingContext2D,
    landscape: Landscape,
    projection: Projection,
    colours: Theme,
    [width, height]: Point,
  ): void {
    const { ground } = this;
    if (ground?.land.landscape !== landscape || ground.dark !== colours.dark) {
      const land = relief(landscape);
      const picture = make("canvas", { width: String(PICTURE), height: String(PICTURE) });
      picture.getContext("2d")!.putImageData(contours(land, PICTURE, PICTURE, colours, 1), 0, 0);
      this.ground = { land, dark: colours.dark, picture };
    }
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, width, height);
    const { x, y } = landscape.domain;
    const [left, top] = projection.toScreen(x[0], y[1]);
    const [right, bottom] = projection.toScreen(x[1], y[0]);
    context.drawImage(this.ground!.picture, left, top, right - left, bottom - top);
  }

  private arrow(
    context: CanvasRenderingContext2D,
    colours: Theme,
    [x, y]: Point,
    [dx, dy]: Point,
    role: "chosen" | "faint" | "gradient",
  ): void {
    const length = Math.hypot(dx, dy);
    if (!(length > 1) || !Number.isFinite(length)) return;
    const head = Math.min(11, length * 0.6);
    const [ux, uy] = [dx / length, dy / length];
    const [tipX, tipY] = [x + dx, y + dy];
    const shaft = () => {
      context.moveTo(x, y);
      context.lineTo(tipX - ux * head * 0.5, tipY - uy * head * 0.5);
    };
    const tip = () => {
      context.moveTo(tipX - ux * head - uy * head * 0.5, tipY - uy * head + ux * head * 0.5);
      context.lineTo(tipX, tipY);
      context.lineTo(tipX - ux * head + uy * head * 0.5, tipY - uy * head - ux * head * 0.5);
    };
    context.lineJoin = context.lineCap = "round";
    const width = role === "chosen" ? 3 : 1.6;
    const strokes = [
      [colours.paper, width + 3],
      [role === "chosen" ? accent() : colours.faint, width],
    ] as const;
    for (const [stroke, wide] of strokes) {
      context.strokeStyle = stroke;
      context.lineWidth = wide;
      for (const trace of [shaft, tip]) {
        context.setLineDash(trace === shaft && role === "gradient" ? [1, 6] : []);
        context.beginPath();
        trace();
        context.stroke();
      }
    }
    context.setLineDash([]);
  }

  private label(part: Part, [x, y]: Point, [dx, dy]: Point, minus: boolean, [width, height]: Point): void {
    const length = Math.hypot(dx, dy) || 1;
    const place = (from: number, by: number, most: number) =>
      Math.min(Math.max(from + by * (1 + 16 / length), 18), most - 18);
    const label = markup(minus ? part.symbol.replace(/<math[^>]*>/, "$&<mo>−</mo>") : part.symbol);
    label.style.setProperty(
      "transform",
      `translate(${place(x, dx, width)}px, ${place(y, dy, height)}px) translate(-50%, -50%)`,
    );
    this.labels.append(label);
  }
}

/** A rectangle of the domain's proportions with the point in it, wide enough for the step. */
function windowAbout({ domain }: Landscape, [x, y]: Point, step: Point): Landscape["domain"] {
  const sides = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]] as const;
  const reach = Math.max(Math.abs(step[0]) / sides[0], Math.abs(step[1]) / sides[1]);
  const share = Number.isFinite(reach) ? Math.max(1 / ZOOM, 2.4 * reach) : 1 / ZOOM;
  const about = (at: number, [low, high]: Point): Point => {
    const size = share * (high - low);
    // Within the domain as far as the point stays away from the edge.
    const inside = Math.min(Math.max(at, low + size / 2), Math.max(low, high - size / 2));
    const middle = Math.min(Math.max(inside, at - 0.25 * size), at + 0.25 * size);
    return [middle - size / 2, middle + size / 2];
  };
  return { x: about(x, domain.x), y: about(y, domain.y) };
}

/** Pixels that a length of 1 has, for every vector but the step: the gradient, or else the longest, gets a third. */
function lengthUnit(parts: readonly Part[], size: number): number {
  const lengths = parts
    .slice(0, -1)
    .filter(({ kind }) => kind === "vector")
    .map(({ values }) => Math.hypot(...values));
  const longest = lengths[0]! > 0 ? lengths[0]! : Math.max(...lengths);
  return longest > 0 && Number.isFinite(longest) ? (0.34 * size) / longest : 1;
}

interface Drawn {
  vector: Point;
  times: number;
}

/** The vector, or a power of ten of it, so that it can be seen and stays in the picture. */
function scaled([dx, dy]: Point, size: number): Drawn {
  const length = Math.hypot(dx, dy);
  if (!(length > 0) || !Number.isFinite(length)) return { vector: [0, 0], times: 1 };
  let times = 1;
  while (length * times < SHORTEST) times *= 10;
  while (length * times > 0.48 * size) times /= 10;
  return { vector: [dx * times, dy * times], times };
}

/** The way the parameter goes, in the landscape's own units. */
function stepArrow({ values }: Part, [x, y]: Point, { toScreen, frame }: Projection): Drawn {
  const [from, to] = [toScreen(x, y), toScreen(x - values[0], y - values[1])];
  return scaled([to[0] - from[0], to[1] - from[1]], Math.min(frame.width, frame.height));
}

function dot(context: CanvasRenderingContext2D, colours: Theme, [x, y]: Point): void {
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = colours.ink;
  context.strokeStyle = colours.paper;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

/** Where a rule looks. */
function ring(context: CanvasRenderingContext2D, colours: Theme, [x, y]: Point): void {
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.stroke();
}

function accent(): string {
  return getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
}

function spoken({ theta, rule, t }: Moment, { name, kind, values }: Part): string {
  const [x, y] = values.map(plain) as [string, string];
  const drawn =
    kind === "vector"
      ? `an arrow shows ${name === "step" ? "the way it goes, minus the step" : name}: (${x}, ${y})`
      : `${name} has no direction`;
  return `${rule.title} at step ${t}, at (${theta.map(plain).join(", ")}); ${drawn}.`;
}
