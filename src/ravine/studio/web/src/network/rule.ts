// A rule at work on one array of parameters: its numbers of a step and what it remembers of each parameter.

export class RuleAtWork {
  private readonly K: Float64Array;
  private readonly state: Float64Array[];
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
    this.state = Object.values(state).map((value) => new Float64Array(parameters).fill(start(value)));
    this.lr = keywords.indexOf("lr");
    this.t = keywords.indexOf("t");
    this.rate = settings.lr ?? 1;
  }

  /** Before step `t`, whose rate the schedule multiplies by `factor`. */
  begin(t: number, factor: number): void {
    if (this.t >= 0) this.K[this.t] = t;
    if (this.lr >= 0) this.K[this.lr] = this.rate * factor;
    this.loops.begin(this.K);
  }

  /** Puts where the gradient is wanted into `out`, and says whether that is elsewhere than at `theta`. */
  lookAhead(theta: Float64Array, out: Float64Array): boolean {
    this.loops.ahead?.(this.K, theta, out, ...this.state);
    return this.loops.ahead !== null;
  }

  update(theta: Float64Array, gradient: Float64Array): void {
    this.loops.update(this.K, theta, gradient, ...this.state);
  }
}
