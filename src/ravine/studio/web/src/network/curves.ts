// Loss and accuracy against the step: whole lines for the examples to train on, dashes for those held out.
import { ticks } from "../landscape/map";
import { short } from "../parts/elements";
import type { Course } from "./course";
import type { Report } from "./examination";
import { letter } from "./earlier";
import { FORETOLD, type Foretold } from "./foretold";
import type { Pair } from "./pair";
import { FONT, type Inks, mark, raised, Sheet } from "./sheet";

export const FORETOLD_DASH = [7, 3, 2, 3];
const MARGIN = { left: 46, right: 10, top: 8, bottom: 22 };

interface Kind {
  title: string;
  logarithmic: boolean;
  lines: { of: (report: Report) => number; dash: number[]; name: string }[];
  range?: [number, number];
}

const LOSS: Kind = {
  title: "Loss",
  logarithmic: true,
  lines: [
    { of: ({ train }) => train.loss, dash: [], name: "trained on" },
    { of: ({ heldOut }) => heldOut.loss, dash: [5, 4], name: "held out" },
    { of: ({ penalty }) => penalty || NaN, dash: [1, 4], name: "penalty" },
  ],
};

const ACCURACY: Kind = {
  title: "Accuracy",
  logarithmic: false,
  lines: [
    { of: ({ train }) => train.accuracy, dash: [], name: "trained on" },
    { of: ({ heldOut }) => heldOut.accuracy, dash: [5, 4], name: "held out" },
  ],
  range: [0, 1],
};

export class Curves {
  readonly loss = new Sheet("curve");
  readonly accuracy = new Sheet("curve");

  constructor(private readonly foretold: Foretold | null) {}

  /** What draws each of the two. */
  paints(pair: Pair, inks: Inks): (() => void)[] {
    return [() => this.one(this.loss, LOSS, pair, inks), () => this.one(this.accuracy, ACCURACY, pair, inks)];
  }

  private one(sheet: Sheet, kind: Kind, pair: Pair, inks: Inks): void {
    const runs = pair.courses.map(({ readings }) => readings);
    const foretold = this.foretold?.ofLoss === kind.logarithmic ? this.foretold : null;
    const shown = [...runs, ...pair.earlier.map(({ reports }) => reports)];
    const values = shown.flatMap((reports) => reports.flatMap((report) => kind.lines.map(({ of }) => of(report))));
    const [low, high] = kind.range ?? rangeOf([...values, ...(foretold?.points.map(([, value]) => value) ?? [])]);
    const words = [...pair.courses.map((course, i) => inWords(kind, course, i)), ...(foretold ? [drawnInWords(kind, foretold)] : [])];
    sheet.words = `${kind.title} by step. ${words.join(" ")}`;
    sheet.draw(inks, (context, width, height) => {
      const x = (step: number) => MARGIN.left + (step / pair.steps) * (width - MARGIN.left - MARGIN.right);
      const share = (value: number) =>
        kind.logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      const y = (value: number) => height - MARGIN.bottom - share(value) * (height - MARGIN.top - MARGIN.bottom);
      axes(context, width, height, inks, pair.steps, kind, [low, high], x, y);
      context.save();
      context.beginPath();
      context.rect(MARGIN.left, MARGIN.top - 2, width - MARGIN.left - MARGIN.right + 2, height - MARGIN.top - MARGIN.bottom + 4);
      context.clip();
      pair.earlier.forEach((run, place) => drawEarlier(context, run.reports, letter(place), kind, inks, x, y));
      // The twin below, so that the network is seen where both are the same.
      [...runs.keys()].reverse().forEach((i) => {
        for (const { of, dash } of kind.lines) {
          context.strokeStyle = inks.networks[i]!;
          context.lineWidth = 2;
          context.setLineDash(dash);
          line(context, runs[i]!, of, x, y);
          const last = runs[i]!.at(-1);
          if (last && Number.isFinite(of(last))) mark(context, i, x(last.step), y(of(last)), inks);
        }
      });
      if (foretold) drawForetold(context, foretold, inks, x, y);
      context.restore();
    });
  }
}

/** A run before, faint, with its letter where it came to. */
function drawEarlier(context: CanvasRenderingContext2D, reports: readonly Report[], letter: string, kind: Kind, { soft }: Inks, x: (step: number) => number, y: (value: number) => number): void {
  context.save();
  context.globalAlpha = 0.5;
  context.strokeStyle = context.fillStyle = soft;
  context.lineWidth = 1.5;
  for (const { of, dash } of kind.lines) {
    context.setLineDash(dash);
    line(context, reports, of, x, y);
  }
  context.globalAlpha = 0.9;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  const last = reports.filter((report) => Number.isFinite(kind.lines[0]!.of(report))).at(-1);
  if (last) context.fillText(letter, x(last.step), y(kind.lines[0]!.of(last)) - 2);
  context.restore();
}

/** The learner's own line, in ink, so that it is nobody's curve. */
function drawForetold(context: CanvasRenderingContext2D, { points }: Foretold, { ink }: Inks, x: (step: number) => number, y: (value: number) => number): void {
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.setLineDash(FORETOLD_DASH);
  context.beginPath();
  for (const [step, value] of points) context.lineTo(x(step), y(value));
  context.stroke();
  context.setLineDash([]);
}

function drawnInWords({ logarithmic }: Kind, { points }: Foretold): string {
  const said = (value: number) => (logarithmic ? short(Number(value.toPrecision(2))) : percent(value));
  return `${FORETOLD[0]!.toUpperCase()}${FORETOLD.slice(1)}: from ${said(points[0]![1])} to ${said(points.at(-1)![1])}.`;
}

function line(
  context: CanvasRenderingContext2D,
  reports: readonly Report[],
  of: (report: Report) => number,
  x: (step: number) => number,
  y: (value: number) => number,
): void {
  context.beginPath();
  let drawing = false;
  for (const report of reports) {
    const value = of(report);
    if (!Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    const [left, top] = [x(report.step), Math.min(Math.max(y(value), -1e4), 1e4)];
    if (drawing) context.lineTo(left, top);
    else context.moveTo(left, top);
    drawing = true;
  }
  context.stroke();
}

function axes(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { soft, line: rule, edge }: Inks,
  steps: number,
  { logarithmic }: Kind,
  range: [number, number],
  x: (step: number) => number,
  y: (value: number) => number,
): void {
  context.font = FONT;
  context.fillStyle = soft;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const marks = logarithmic ? decades(range) : [0, 0.25, 0.5, 0.75, 1];
  for (const mark of marks) {
    const top = Math.round(y(mark)) + 0.5;
    context.strokeStyle = !logarithmic && mark === 0 ? edge : rule;
    context.beginPath();
    context.moveTo(MARGIN.left, top);
    context.lineTo(width - MARGIN.right, top);
    context.stroke();
    context.fillText(logarithmic ? tickOf(mark) : `${100 * mark} %`, MARGIN.left - 6, top);
  }
  context.textBaseline = "top";
  for (const mark of ticks([0, steps], Math.max(2, width / 110))) {
    context.textAlign = mark === 0 ? "left" : x(mark) > width - MARGIN.right - 16 ? "right" : "center";
    context.fillText(String(mark), x(mark), height - MARGIN.bottom + 6);
  }
}

/** Powers of ten within the range, with what stands between them where they are few; at most six. */
function decades(range: [number, number]): number[] {
  const found = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((digits) => marks(range, digits));
  const chosen = found.find(({ length }) => length >= 3) ?? found.at(-1)!;
  const every = Math.ceil(chosen.length / 6);
  return chosen.filter((_, i) => (chosen.length - 1 - i) % every === 0);
}

function marks([low, high]: [number, number], digits: readonly number[]): number[] {
  const found: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++)
    for (const digit of digits) {
      const mark = Number(`${digit}e${exponent}`);
      if (low <= mark && mark <= high) found.push(mark);
    }
  return found;
}

function tickOf(mark: number): string {
  const plainly = mark >= 1e-3 && mark < 1e5;
  const [digits, exponent] = mark.toExponential().split("e") as [string, string];
  return plainly ? String(mark) : `${digits === "1" ? "" : `${digits}·`}10${raised(Number(exponent))}`;
}

function rangeOf(values: readonly number[]): [number, number] {
  const good = values.filter((value) => Number.isFinite(value) && value > 0);
  if (good.length === 0) return [0.1, 1];
  const [low, high] = [Math.max(Math.min(...good), 1e-8), Math.min(Math.max(...good), 1e12)];
  return [Math.min(low / 1.15, high / 3), Math.max(high, low) * 1.15];
}

function inWords(kind: Kind, { latest }: Course, number: number): string {
  if (latest === null) return "";
  const parts = kind.lines
    .filter(({ of }) => Number.isFinite(of(latest)))
    .map(({ of, name }) => `${name} ${kind.logarithmic ? short(of(latest)) : percent(of(latest))}`);
  return parts.length === 0 ? "" : `${nameOf(number)} at step ${latest.step}: ${parts.join(", ")}.`;
}

export function nameOf(number: number): string {
  return number === 0 ? "Network" : "Twin";
}

export function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
}
