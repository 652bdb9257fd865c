// Which examples a step sees: every epoch all of them, in an order of its own, the last batch as small as what is left.
import { shuffled } from "./threefry";

export class Batches {
  readonly order: Uint32Array;
  from = 0; // where the batch at hand begins in `order`
  size = 0;
  epoch = 0; // counted from 1 once the first batch is taken

  constructor(
    private readonly seed: number,
    examples: number,
    private readonly most: number,
  ) {
    this.order = new Uint32Array(examples);
  }

  next(): void {
    this.from += this.size;
    if (this.epoch === 0 || this.from >= this.order.length) {
      shuffled(this.order, this.seed, this.epoch++);
      this.from = 0;
    }
    this.size = Math.min(this.most, this.order.length - this.from);
  }
}
