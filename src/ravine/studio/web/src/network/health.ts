// How each layer does, seen on many examples at once: which units are off, which are saturated, which are dead.

const OFF = 1e-3; // a slope below lets nothing through
const SATURATED = 0.05; // share of its largest slope below which a bounded activation is saturated

export interface Health {
  off: number; // share of (unit, example) that let no gradient through
  saturated: number; // share that are far out on a bounded activation; NaN where it is not bounded
  dead: number; // share of units that are off for every example
}

/** What an activation's slope says of its shape. */
export interface Shape {
  largest: number;
  bounded: boolean; // flat on both sides
}

export function shapeOf(activation: ActivationLoops): Shape {
  const z = Float64Array.from({ length: 401 }, (_, i) => (i - 200) / 10);
  const slopes = new Float64Array(401).fill(1);
  activation.chain(z, slopes, 401);
  const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  return { largest, bounded: Math.abs(slopes[0]!) < OFF && Math.abs(slopes[400]!) < OFF };
}

/** Counts over the chunks of examples that go through a layer. */
export class HealthCount {
  private readonly slopes: Float64Array;
  private readonly alive: Uint8Array;
  private off = 0;
  private saturated = 0;
  private seen = 0;

  constructor(
    private readonly units: number,
    rows: number,
    private readonly activation: ActivationLoops,
    private readonly shape: Shape,
  ) {
    this.slopes = new Float64Array(rows * units);
    this.alive = new Uint8Array(units);
  }

  restart(): void {
    this.alive.fill(0);
    this.off = this.saturated = this.seen = 0;
  }

  /** `n` rows of sums. */
  add(z: Float64Array, n: number): void {
    const { slopes, units, alive, shape } = this;
    const count = n * units;
    slopes.fill(1, 0, count);
    this.activation.chain(z, slopes, count);
    for (let i = 0; i < count; i++) {
      const size = Math.abs(slopes[i]!);
      if (size < OFF) this.off++;
      else alive[i % units] = 1;
      if (size < SATURATED * shape.largest) this.saturated++;
    }
    this.seen += count;
  }

  get result(): Health {
    const dead = this.alive.reduce((sum, alive) => sum + 1 - alive, 0);
    return {
      off: this.off / this.seen,
      saturated: this.shape.bounded ? this.saturated / this.seen : NaN,
      dead: dead / this.units,
    };
  }
}
