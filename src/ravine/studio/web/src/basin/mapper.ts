// Chooses how a map is computed, and how finely, so that a slider that is dragged stays smooth.
import type { Landscape } from "../engine/landscape";
import { Graphics } from "./graphics";
import { runOnProcessor } from "./processor";
import type { Job, Runs } from "./run";

const FINE = 512;
const SMOOTH = 33; // milliseconds for a map while something is dragged
const PATIENT = 500; // and for one that is to stay, which is never coarser than CLEAR pixels a side
const CLEAR = 160;
const PROCESSOR = 40; // pixels a side without graphics
const LARGEST_SINGLE = 3e38;
const BEYOND_SINGLE =
  "These heights are beyond the numbers that graphics have: the map is computed on the processor, and coarse.";

const WITH_NORMS =
  "This rule takes a norm of x and y together, which graphics do not: the map is computed on the processor, and coarse.";

export class Mapper {
  private graphics: Graphics | null = null;
  private perRun = 2e-5; // milliseconds for one step of one pixel, as measured last
  /** Whether maps come fast enough to follow a slider. */
  get live(): boolean {
    return this.ready() !== null;
  }

  /** Why the graphics are not used; empty while they are. */
  trouble = "";

  /** Runs the job on as many pixels a side as there is time for; `settled` maps are the ones that stay. */
  run(job: Omit<Job, "width" | "height">, settled: boolean): Runs {
    const graphics = this.ready();
    const unfit = job.rule.pixel === null ? WITH_NORMS : isSingle(job.landscape) ? "" : BEYOND_SINGLE;
    if (graphics !== null) this.trouble = unfit;
    if (graphics !== null && unfit === "") {
      const side = settled ? Math.max(CLEAR, this.sideFor(PATIENT, job.steps)) : this.sideFor(SMOOTH, job.steps);
      const begun = performance.now();
      try {
        const runs = graphics.run({ ...job, width: side, height: side });
        const measured = (performance.now() - begun) / (side * side * job.steps);
        this.perRun = Math.min(measured, 4 * this.perRun); // a first map includes the making of its shader
        return runs;
      } catch (error) {
        console.warn(error); // a driver's own words, for whoever mends it
        this.trouble = "The graphics could not draw this map: it is computed on the processor, and coarse.";
      }
    }
    return runOnProcessor({ ...job, width: PROCESSOR, height: PROCESSOR });
  }

  private sideFor(time: number, steps: number): number {
    const side = Math.sqrt(time / (this.perRun * steps));
    return Math.max(48, Math.min(FINE, 16 * Math.floor(side / 16)));
  }

  private ready(): Graphics | null {
    if (this.graphics?.lost === false) return this.graphics;
    try {
      this.graphics = new Graphics();
      this.trouble = "";
    } catch {
      this.graphics = null;
      this.trouble =
        "This browser has no WebGL2, or has it switched off: the map is computed on the processor, and coarse.";
    }
    return this.graphics;
  }
}

/** Whether 32-bit numbers hold the landscape's heights. */
function isSingle({ range }: Landscape): boolean {
  return Math.max(Math.abs(range[0]), Math.abs(range[1])) < LARGEST_SINGLE;
}
