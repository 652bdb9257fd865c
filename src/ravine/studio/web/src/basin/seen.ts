// A map that has been computed: where starts end, or how rates do.
import type { Point } from "../engine/landscape";
import type { Losses } from "./losses";
import type { Outcomes } from "./outcome";
import type { Axis, Runs } from "./run";

export type Seen =
  | { kind: "basin"; runs: Runs; outcomes: Outcomes }
  | { kind: "rates"; runs: Runs; losses: Losses; rates: Point; up: Axis | null };
