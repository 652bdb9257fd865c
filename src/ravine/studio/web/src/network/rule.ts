// A rule at work on one array of parameters: its numbers of a step and what it remembers of each parameter. It moves some
// parameters at a time, so that no piece of work is long; every view is made once.

const PIECE = 1 << 16; // parameters

/** Some of the parameters, with what belongs to them. */
interface Piece {
  theta: Float64Array;
  gradient: Float64Array;
  ahead: Float64Array;
  state: Float64Array[];
}

export class RuleAtWork {
  private readonly K: Float64Array;
  private readonly pieces: Piece[] = [];
  private moved = 0; // pieces of this step
  private readonly lr: number; // its place in K; −1 where the rule has none
  private readonly t: number;
  private readonly rate: number;

  constructor(
    private readonly loops: RuleLoops,
    settings: Record<string, number>,
    theta: Float64Array,
    gradient: Float64Array,
    ahead: Float64Array, // where the gradient is wanted, as of `lookAhead`
  ) {
    const start = (value: number | string) => (typeof value === "string" ? settings[value]! : value);
    const { keywords, stepState, state, size } = loops;
    this.K = new Float64Array(size);
    keywords.forEach((name, place) => (this.K[place] = settings[name] ?? 0));
    Object.values(stepState).forEach((value, place) => (this.K[keywords.length + place] = start(value)));
    const whole = Object.values(state).map((value) =>
      value === "theta" ? theta.slice() : new Float64Array(theta.length).fill(start(value)),
    );
    for (let from = 0; from < theta.length; from += PIECE) {
      const of = (values: Float64Array) => values.subarray(from, from + PIECE);
      this.pieces.push({ theta: of(theta), gradient: of(gradient), ahead: of(ahead), state: whole.map(of) });
    }
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

  /** Puts where the gradient is wanted into `ahead`, and says whether that is elsewhere than at `theta`. */
  lookAhead(): boolean {
    const look = this.loops.ahead;
    if (look === null) return false;
    for (const { theta, ahead, state } of this.pieces) look(this.K, theta, ahead, ...state);
    return true;
  }

  /** Moves the next piece of the parameters, and says whether it was the last. */
  update(): boolean {
    const { theta, gradient, state } = this.pieces[this.moved]!;
    this.loops.update(this.K, theta, gradient, ...state);
    return ++this.moved === this.pieces.length;
  }
}
