// A dropout layer over a few units: one mask, and the mean of many.
import { STREAM, uniform } from "../network/threefry";
import { kept, type MaskState } from "./state";

/** What comes out of the units below, and goes into the layer. */
export const UNITS: readonly number[] = [1.2, 0.4, 2.0, 0.7, 1.6, 0.2, 1.0, 1.8, 0.5, 1.4, 0.9, 1.1];

export interface Pass {
  mask: boolean[]; // whether each unit is kept
  factor: number; // what a kept unit is multiplied by
  output: number[];
  gradient: number[]; // of the output, by each unit: the way back has the same mask and factor
}

export class Layer {
  private sums = new Float64Array(UNITS.length);
  masks = 0;
  last: Pass;

  constructor(private readonly state: MaskState) {
    this.last = this.evaluated();
  }

  /** Draws `count` masks; the last one is shown. */
  draw(count: number): void {
    for (let i = 0; i < count; i++) {
      // As in a network's training: mask after mask, a unit goes where its number is below the chance to drop it.
      const numbers = uniform(this.state.seed, STREAM.dropout, ++this.masks, UNITS.length);
      this.last = this.masked(UNITS.map((_, unit) => numbers[unit]! >= 1 - kept(this.state)));
      this.last.output.forEach((value, unit) => (this.sums[unit]! += value));
    }
  }

  /** The mean output of all masks so far. */
  mean(): number[] {
    return Array.from(this.sums, (sum) => sum / Math.max(1, this.masks));
  }

  /** Without a mask: the whole layer, as in evaluation. */
  evaluated(): Pass {
    return { mask: UNITS.map(() => true), factor: 1, output: [...UNITS], gradient: UNITS.map(() => 1) };
  }

  private masked(mask: boolean[]): Pass {
    const factor = this.state.scaled ? 1 / kept(this.state) : 1;
    const gradient = mask.map((on) => (on ? factor : 0));
    return { mask, factor, output: UNITS.map((value, unit) => value * gradient[unit]!), gradient };
  }
}

/** "1 mask", "1,001 masks". */
export function counted(masks: number): string {
  return masks === 1 ? "1 mask" : `${masks.toLocaleString("en")} masks`;
}
