// What a network answers all over the plane, or along the line, that its points come from: asked in pieces.
import type { Examination } from "./examination";
import type { Trainer } from "./trainer";

export const GRID = 56; // points along each side of a plane
export const SPAN = 1.4; // a plane is seen from −SPAN to SPAN
const POINTS = 160; // along a line

export class Survey {
  /** Along a line the heights; of a plane, row by row from the top, from −1, sure of the first class, to 1. */
  readonly answers: Float64Array;
  private asked = 0; // how many are answered

  constructor(
    private readonly trainer: Trainer,
    private readonly examination: Examination,
  ) {
    const { recipe, task } = trainer;
    this.answers = new Float64Array(recipe.data === "digits" ? 0 : task.classes === 0 ? POINTS : GRID * GRID);
    this.asked = this.answers.length;
  }

  /** Whether every answer is of one and the same network. */
  get done(): boolean {
    return this.asked >= this.answers.length;
  }

  restart(): void {
    this.asked = 0;
  }

  work(): void {
    const { trainer, examination, answers, asked } = this;
    const { centre, spread } = trainer.task.scaling;
    const n = Math.min(trainer.network.rows, answers.length - asked);
    const line = trainer.task.classes === 0;
    const z = examination.predict(n, (x) => {
      for (let k = 0; k < n; k++) {
        const at = asked + k;
        if (line) {
          x[k] = (alongLine(at) - centre[0]!) / spread[0]!;
          continue;
        }
        x[2 * k] = (inPlane(at % GRID) - centre[0]!) / spread[0]!;
        x[2 * k + 1] = (-inPlane(Math.floor(at / GRID)) - centre[1]!) / spread[1]!;
      }
    });
    for (let k = 0; k < n; k++) answers[asked + k] = line ? z[k]! : Math.tanh((z[2 * k + 1]! - z[2 * k]!) / 2);
    this.asked += n;
  }
}

/** Where a point of the line stands. */
export function alongLine(place: number): number {
  return -1.1 + (2.2 * place) / (POINTS - 1);
}

function inPlane(place: number): number {
  return -SPAN + (2 * SPAN * (place + 0.5)) / GRID;
}
