// A rule at work on one array of parameters: its numbers of a step and what it remembers of each parameter. It moves some
// parameters at a time, so that no piece of work is long.

const PIECE = 1 << 16; // parameters

export class RuleAtWork {
  private readonly K: Float64Array;
  private readonly state: Float64Array[][]; // of each piece
  private readonly pieces: [from: number, to: number][] = [];
  private moved = 0; // pieces of this step
  private readonly lr: number; // its place in K; −1 where the rule has none
  private readonly t: number;
  private readonly rate: number;

  constructor(
    private readonly loops: RuleLoops,
    settings: Record<string, number>,
    parameters: number,
  ) {
    const start = (value: number | string) => (typeof value === "string" ? settings[value]! : value);
    const { keywords, stepState, state, size } = loops;
    this.K = new Float64Array(size);
    keywords.forEach((name, place) => (this.K[place] = settings[name] ?? 0));
    Object.values(stepState).forEach((value, place) => (this.K[keywords.length + place] = start(value)));
    const whole = Object.values(state).map((value) => new Float64Array(parameters).fill(start(value)));
    for (let from = 0; from < parameters; from += PIECE) this.pieces.push([from, Math.min(from + PIECE, parameters)]);
    this.state = this.pieces.map(([from, to]) => whole.map((values) => values.subarray(from, to)));
    this.lr = keywords.indexOf("lr");
    this.t = keywords.indexOf("t");
    this.rate = settings.lr ?? 1;
  }

  /** Before step `t`, whose rate the schedule multiplies by `factor`. */
  begin(t: number, factor: number): void {
    if (this.t >= 0) this.K[this.t] = t;
    if (this.lr >= 0) this.K[this.lr] = this.rate * factor;
    this.loops.begin(this.K);
    this.moved = 0;
  }

  /** Puts where the gradient is wanted into `out`, and says whether that is elsewhere than at `theta`. */
  lookAhead(theta: Float64Array, out: Float64Array): boolean {
    const { ahead } = this.loops;
    this.pieces.forEach(([from, to], piece) => {
      ahead?.(this.K, theta.subarray(from, to), out.subarray(from, to), ...this.state[piece]!);
    });
    return ahead !== null;
  }

  /** Moves the next piece of the parameters, and says whether it was the last. */
  update(theta: Float64Array, gradient: Float64Array): boolean {
    const [from, to] = this.pieces[this.moved]!;
    this.loops.update(this.K, theta.subarray(from, to), gradient.subarray(from, to), ...this.state[this.moved]!);
    return ++this.moved === this.pieces.length;
  }
}
