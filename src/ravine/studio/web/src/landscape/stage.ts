// The picture: a map or a surface below, the paths on it, their heads on top, and the handle of the start.
import type { Point } from "../engine/landscape";
import type { Change, Session } from "../engine/session";
import { make } from "../parts/elements";
import { drawMap, drawPlaces, frameOf } from "./map";
import { drawHeads, Paths } from "./paths";
import { flat, type Projection } from "./projection";
import { relief, type Relief } from "./relief";
import { startHandle } from "./start_handle";
import { describe } from "./summary";
import { Surface } from "./surface";
import { onThemeChange, theme } from "../parts/theme";

export class Stage {
  readonly element = make("div", { class: "stage" });
  private readonly ground = make("canvas", { class: "ground", role: "img" });
  private readonly trails = make("canvas", { class: "trails", "aria-hidden": "true" });
  private readonly heads = make("canvas", { class: "heads", "aria-hidden": "true" });
  private readonly paths = new Paths(this.trails.getContext("2d")!);
  private readonly handle: ReturnType<typeof startHandle>;
  private readonly surface: Surface;
  private land: Relief | null = null;
  private stale = { ground: true, trails: true };
  private waiting = 0;
  private size: Point = [0, 0];
  private view = "";
  private describing: ReturnType<typeof setTimeout> | undefined;
  projection: Projection | null = null;

  constructor(
    private readonly session: Session,
    choose: (start: Point) => void,
  ) {
    this.handle = startHandle(
      this.element,
      session,
      () => this.projection,
      choose,
      (dx, dy) => this.turn(dx, dy),
    );
    this.surface = new Surface(() => this.redraw());
    this.element.append(this.ground, this.surface.canvas, this.trails, this.heads, this.handle.button);
    session.on((change) => this.follow(change));
    onThemeChange((now) => {
      this.redraw();
      if (!now) return;
      this.paths.clear();
      for (const canvas of [this.ground, this.trails, this.heads]) canvas.width = 0; // on paper clearing one would clear those below it
      this.drawNow();
    });
    new ResizeObserver(() => this.redraw()).observe(this.element);
    if ("fonts" in document) document.fonts.ready.then(() => this.redraw());
  }

  /** Turns the surface; a map does not turn. */
  turn(dx: number, dy: number): boolean {
    if (this.session.state.view !== "surface" || !this.surface.works) return false;
    this.surface.turn(dx, dy);
    return true;
  }

  redraw(): void {
    this.stale = { ground: true, trails: true };
    this.request();
  }

  /** Everything on one canvas, for pictures and films. */
  copyTo(context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number): void {
    this.drawNow();
    for (const canvas of [this.ground, this.surface.canvas, this.trails, this.heads]) {
      if (canvas.width > 0 && !canvas.hidden) context.drawImage(canvas, left, top, width, height);
    }
  }

  /** Whether this browser can draw the surface. */
  get works(): boolean {
    return this.surface.works;
  }

  /** Width over height. */
  get ratio(): number {
    return this.size[0] / this.size[1];
  }

  private follow(change: Change): void {
    if (change === "race") this.stale.trails = true;
    const { landscape, state } = this.session;
    if (change === "look" || this.land?.landscape !== landscape || this.view !== state.view) this.redraw();
    this.request();
  }

  private request(): void {
    if (this.waiting === 0) this.waiting = requestAnimationFrame(() => this.drawNow());
  }

  private drawNow(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    const { session } = this;
    const box = this.element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    if (box.width !== this.size[0] || box.height !== this.size[1]) this.stale = { ground: true, trails: true };
    this.size = [box.width, box.height];
    if (this.stale.ground) this.drawGround(ratio);
    if (this.stale.trails) {
      fit(this.trails, this.size, ratio);
      this.paths.clear();
    }
    this.stale = { ground: false, trails: false };
    this.paths.draw(session.lanes, session.step, this.projection!);
    const context = fit(this.heads, this.size, ratio);
    if (!this.surface.canvas.hidden) drawPlaces(context, session.landscape, this.projection!, theme());
    drawHeads(context, session.lanes, session.position, this.projection!, theme());
    this.handle.place();
    this.describe();
  }

  /** The text alternative, once things have come to rest. */
  private describe(): void {
    clearTimeout(this.describing);
    const write = () => this.ground.setAttribute("aria-label", describe(this.session));
    if (this.ground.hasAttribute("aria-label")) this.describing = setTimeout(write, 150);
    else write();
  }

  private drawGround(ratio: number): void {
    const { session } = this;
    if (this.land?.landscape !== session.landscape) this.land = relief(session.landscape);
    this.view = session.state.view;
    const [width, height] = this.size;
    const context = fit(this.ground, this.size, ratio);
    const solid = session.state.view === "surface" && this.surface.draw(this.land, width, height, ratio, theme());
    this.surface.canvas.hidden = !solid;
    if (solid) {
      this.projection = this.surface.projection(this.land, width, height);
    } else {
      this.projection = flat(session.landscape, frameOf(width, height));
      drawMap(context, this.land, this.projection, theme(), ratio);
    }
  }
}

/** Gives a canvas its device pixels and an empty page in CSS pixels. */
function fit(canvas: HTMLCanvasElement, [width, height]: Point, ratio: number): CanvasRenderingContext2D {
  const context = canvas.getContext("2d")!;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down; // it is empty now
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
