// The line that the learner drew before (site/sketch.ts), beside what happens.
import { short } from "../parts/elements";
import type { Report } from "./examination";

export const FORETOLD = "your prediction";

type Read = (report: Report) => number;

const READOUTS: Record<string, Read> = {
  accuracy: ({ train }) => train.accuracy,
  "accuracy held out": ({ heldOut }) => heldOut.accuracy,
  loss: ({ train }) => train.loss,
  "loss held out": ({ heldOut }) => heldOut.loss,
};

export class Foretold {
  private constructor(
    readonly draw: string,
    readonly points: readonly (readonly [step: number, value: number])[],
  ) {}

  /** What stands at the widget's element; null where nothing was drawn. */
  static of(root: HTMLElement): Foretold | null {
    if (root.dataset.foretold === undefined) return null;
    const { draw, points } = JSON.parse(root.dataset.foretold) as { draw: string; points: [number, number][] };
    return new Foretold(draw, points);
  }

  /** Whether it is drawn where losses are. */
  get ofLoss(): boolean {
    return this.draw.startsWith("loss");
  }

  /** How far it is from what happened by now, in words; empty before there is anything to compare. */
  compared(reports: readonly Report[]): string {
    const seen = reports.filter((report) => report.step > 0 && Number.isFinite(this.read(report)));
    if (seen.length === 0) return "";
    const off = seen.map((report) => {
      const [is, said] = [this.read(report), this.at(report.step)];
      return this.ofLoss ? Math.abs(Math.log(said / is)) : Math.abs(said - is);
    });
    const mean = off.reduce((sum, each) => sum + each, 0) / off.length;
    if (this.ofLoss) return `on average a factor of ${short(Number(Math.exp(mean).toPrecision(2)))} from what happened`;
    const points = Math.round(100 * mean);
    return `on average ${points} ${points === 1 ? "point" : "points"} of a hundred from what happened`;
  }

  private get read(): Read {
    return READOUTS[this.draw]!;
  }

  private at(step: number): number {
    const { points } = this;
    const after = points.findIndex(([at]) => at >= step);
    if (after <= 0) return (after < 0 ? points.at(-1)! : points[0]!)[1];
    const [[from, low], [to, high]] = [points[after - 1]!, points[after]!];
    const share = (step - from) / (to - from);
    return this.ofLoss ? low * (high / low) ** share : low + share * (high - low);
  }
}
