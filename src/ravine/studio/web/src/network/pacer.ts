// When the networks learn and are drawn: a slice of each frame, while anybody can see it, and nothing otherwise.
import type { Pair } from "./pair";

const SLICE = 8; // milliseconds of each frame that are spent on drawing and learning
const LEAST = 3; // of them, where frames took longer than they were given
const LONG = 12; // milliseconds of work in a frame, above which the next is given less
const DRAWING = 3; // of them, after which what is left to draw waits for the next frame
const REDRAWN = 90; // milliseconds between two drawings while it learns

export class Pacer {
  /** Steps a second; null is as fast as it goes. */
  speed: number | null = null;
  private frame = 0;
  private slice = SLICE;
  private seen = false;
  private allowed = 0; // the step that the speed allows
  private last = 0;
  private drawn = 0; // when
  private stale = true; // whether what is drawn is older than what there is
  private surveyed = true; // whether the networks have been asked for this drawing
  private paints: (() => void)[] = []; // what is left of this drawing

  /** `paintings` gives what a drawing is made of, piece by piece. */
  constructor(
    root: HTMLElement,
    private readonly pair: Pair,
    private readonly paintings: () => (() => void)[],
  ) {
    new IntersectionObserver((entries) => {
      this.seen = entries.at(-1)!.isIntersecting;
      this.wake();
    }).observe(root);
    document.addEventListener("visibilitychange", () => this.wake());
    pair.on(() => this.redraw());
  }

  /** Draws again, soon. */
  redraw(): void {
    this.stale = true;
    this.wake();
  }

  /** Draws at once what there is. */
  drawNow(): void {
    for (const paint of this.paintings()) paint();
  }

  private get idle(): boolean {
    return !this.stale && this.surveyed && this.paints.length === 0 && !this.pair.busy();
  }

  private wake(): void {
    if (this.frame !== 0 || !this.seen || document.hidden || this.idle) return;
    this.last = performance.now();
    this.allowed = this.pair.step;
    this.frame = requestAnimationFrame((now) => this.advance(now));
  }

  private advance(now: number): void {
    this.frame = 0;
    if (!this.seen || document.hidden) return;
    const passed = Math.min(Math.max(0, now - this.last), 100) / 1000; // a tab that slept does not leap
    this.last = now;
    const limit = this.limit(passed);
    const begun = performance.now();
    const before = this.pair.step;
    this.draw(now);
    while (this.pair.busy(limit) && performance.now() - begun < this.slice) this.pair.work(limit);
    if (this.pair.step !== before) this.stale = true;
    this.pair.settle();
    this.slice = performance.now() - begun > LONG ? Math.max(LEAST, 0.8 * this.slice) : Math.min(SLICE, this.slice + 0.2);
    if (!this.idle && this.frame === 0) this.frame = requestAnimationFrame((next) => this.advance(next));
  }

  /** First the networks are asked, which is work for the next slices; then it is drawn, some of it in each frame. */
  private draw(now: number): void {
    const { pair } = this;
    if (this.stale && this.surveyed && this.paints.length === 0 && (!pair.playing || now - this.drawn > REDRAWN)) {
      this.stale = this.surveyed = false;
      this.drawn = now;
      pair.survey();
    }
    if (!this.surveyed && pair.surveyed) {
      this.surveyed = true;
      this.paints = this.paintings();
    }
    const begun = performance.now();
    while (this.paints.length > 0 && performance.now() - begun < DRAWING) this.paints.shift()!();
  }

  private limit(passed: number): number {
    if (this.speed === null || !this.pair.playing) return Infinity;
    this.allowed = Math.max(this.allowed, this.pair.step - 1) + passed * this.speed;
    return Math.floor(this.allowed) + 1;
  }
}
