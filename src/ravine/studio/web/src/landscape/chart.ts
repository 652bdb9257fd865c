// The loss against the step, by uPlot: whole curves, of which a veil covers what the player has not reached yet.
import uPlot from "uplot";
import { floorOf } from "../engine/landscape";
import type { Lane, Session } from "../engine/session";
import { make, short } from "../parts/elements";
import { colourOf, onThemeChange, theme } from "../parts/theme";

const TALLEST = 1e30; // what axes can number
const DIGITS = 1e-16; // so far below the start nothing but rounding is left

/** Where the axes end. */
interface Ends {
  steps: number;
  heights: [number, number];
}

export class Chart {
  readonly element = make("div", { class: "chart" });
  private readonly title = make("p", { class: "chart-title" });
  private readonly box = make("div", { class: "chart-box" });
  private readonly veil = make("div", { class: "chart-veil" });
  private readonly log = make("input", { type: "checkbox" });
  private plot: uPlot | null = null;
  private drawn = ""; // what the plot was built for; new data alone does not build another
  private ends: Ends = { steps: 1, heights: [0, 1] };
  private waiting = 0;

  constructor(private readonly session: Session) {
    this.log.addEventListener("change", () => session.change({ log: this.log.checked }));
    const choice = make("label", { class: "chart-log" }, this.log, "log axis");
    this.element.append(make("div", { class: "chart-head" }, this.title, choice), this.box);
    session.on((change) => (change === "step" ? this.moveVeil() : this.request()));
    onThemeChange((now) => (now ? this.draw() : this.request()));
    new ResizeObserver(() => this.request()).observe(this.box);
    this.request();
  }

  /** The canvas that the chart is drawn on, for pictures. */
  get canvas(): HTMLCanvasElement | null {
    return this.plot?.ctx.canvas ?? null;
  }

  /** The share of the canvas's width at which the veil begins. */
  get veiledFrom(): number {
    const { plot } = this;
    if (!plot) return 1;
    return plot.valToPos(this.session.position, "x", true) / plot.ctx.canvas.width;
  }

  private request(): void {
    if (this.waiting === 0) this.waiting = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.waiting = 0;
    const { session, box } = this;
    if (box.clientWidth < 2) return;
    const floor = floorOf(session.landscape);
    const possible = floor !== undefined;
    const logarithmic = possible && session.state.log;
    this.log.checked = logarithmic;
    this.log.disabled = !possible;
    this.log.title = possible ? "" : "Heights below zero have no logarithm, and no minimum is known here";
    const beyond = session.lanes.some(({ run }) => run.values.some((value) => Math.abs(value) > TALLEST));
    const title = possible ? "Height above the lowest minimum" : "Height";
    this.title.textContent = beyond ? `${title} (up to 10³⁰: beyond it is not drawn)` : title;
    this.ends = { steps: session.state.steps, heights: this.heights(logarithmic, floor ?? 0) };
    const data = this.data(logarithmic, floor ?? 0);
    const drawn = [
      box.clientWidth,
      box.clientHeight,
      logarithmic,
      ...session.lanes.map(({ look }) => colourOf(look) + look.dash),
    ];
    if (this.plot && this.drawn === drawn.join()) return this.plot.setData(data);
    this.drawn = drawn.join();
    this.build(logarithmic, data);
  }

  private build(logarithmic: boolean, data: uPlot.AlignedData): void {
    const { box } = this;
    this.plot?.destroy();
    this.plot = new uPlot(
      options(this.session.lanes, box, logarithmic, () => this.ends),
      data,
      box,
    );
    this.plot.over.append(this.veil);
    this.plot.hooks.draw = [() => this.moveVeil()]; // uPlot knows its scales a moment later
    this.plot.over.addEventListener("pointerdown", (event) => this.seek(event));
    this.plot.over.addEventListener("pointermove", (event) => event.buttons === 1 && this.seek(event));
  }

  private data(logarithmic: boolean, floor: number): uPlot.AlignedData {
    const steps = Array.from({ length: this.session.state.steps + 1 }, (_, t) => t);
    const shown = (height: number) => (Math.abs(height) <= TALLEST && (height > 0 || !logarithmic) ? height : null);
    return [steps, ...this.session.lanes.map(({ run }) => Array.from(run.values, (value) => shown(value - floor)))];
  }

  /** From the lowest height that means something to little above the start: what explodes leaves the picture. */
  private heights(logarithmic: boolean, floor: number): [number, number] {
    const { lanes, landscape } = this.session;
    const drawable = (height: number) => Math.min(Math.max(height, -TALLEST), TALLEST);
    const start = drawable((landscape.value(...this.session.start) || 0) - floor); // NaN: where nothing can start
    let [low, high] = [Infinity, start];
    for (const { run } of lanes) {
      for (const value of run.values) {
        const height = value - floor;
        if (!(Math.abs(height) <= TALLEST)) continue;
        if (logarithmic ? height > 0 : true) low = Math.min(low, height);
        high = Math.max(high, height);
      }
    }
    if (logarithmic) {
      const top = Math.min(Math.max(high, 1e-12), 1e4 * Math.max(start, 1e-12));
      return [Math.max(Number.isFinite(low) ? low : 1e-3 * top, DIGITS * top) / 2, top * 2];
    }
    const [bottom, ceiling] = [drawable(landscape.range[0] - floor), drawable(landscape.range[1] - floor)];
    const top = Math.min(high, Math.max(ceiling, start));
    const least = Math.max(low, Math.min(bottom, start) - (ceiling - bottom));
    const margin = 0.05 * (top - least) || 1;
    return [least - margin, top + margin];
  }

  private moveVeil(): void {
    const { plot, session } = this;
    if (!plot) return;
    const left = plot.valToPos(session.position, "x");
    this.veil.style.setProperty("transform", `translateX(${Math.max(0, left)}px)`);
  }

  private seek(event: PointerEvent): void {
    const box = this.plot!.over.getBoundingClientRect();
    this.session.stand(Math.round(this.plot!.posToVal(event.clientX - box.left, "x")));
  }
}

function options(lanes: readonly Lane[], box: HTMLElement, logarithmic: boolean, ends: () => Ends): uPlot.Options {
  const { faint, dark } = theme();
  const grid = { stroke: dark ? "#323b45" : "#e3e7ea", width: 1 };
  const axis = { stroke: faint, font: "12px system-ui, sans-serif", grid, ticks: { ...grid, size: 4 } };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [0, ends().steps] },
      y: { distr: logarithmic ? 3 : 1, range: () => ends().heights },
    },
    axes: [
      { ...axis, size: 26, gap: 3 },
      {
        ...axis,
        size: 52,
        gap: 3,
        values: (_, values) => values.map((value) => (logarithmic ? power(value) : short(value))),
        ...(logarithmic
          ? { splits: () => decades(...ends().heights), filter: (_: uPlot, splits: number[]) => splits }
          : {}),
      },
    ],
    series: [
      {},
      ...lanes.map(({ rule, look }): uPlot.Series => {
        return { label: rule.title, stroke: colourOf(look), width: 2, dash: look.dash, points: { show: false } };
      }),
    ],
  };
}

/** Powers of ten within the range, at most six; where there are fewer than two, what lies between them too. */
function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  if (last - first < 1) {
    const marks = [first - 1, first].flatMap((exponent) => [1, 2, 5].map((digit) => digit * 10 ** exponent));
    return marks.filter((mark) => low <= mark && mark <= high);
  }
  const every = Math.ceil((last - first + 1) / 6);
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (last - i * every)).reverse();
}

function power(value: number): string {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  if (exponent >= -2 && exponent <= 4) return String(Number(value.toPrecision(3)));
  const digit = Math.round(value / 10 ** exponent);
  const raised = `10${[...String(exponent)].map((sign) => SUPERSCRIPT[sign]).join("")}`;
  return digit === 1 ? raised : `${digit}·${raised}`;
}

const SUPERSCRIPT: Record<string, string> = Object.fromEntries(
  [..."-0123456789"].map((digit, i) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]!]),
);
