// A canvas with what is drawn on it in CSS pixels, in the page's own colours, sharp on every screen.
import { make } from "../parts/elements";

export interface Inks {
  ink: string;
  soft: string;
  line: string;
  edge: string;
  paper: string;
  bad: string;
  networks: [string, string]; // the network, its twin
  classes: [string, string]; // of points in a plane
}

export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    soft: of("--ink-soft"),
    line: of("--line"),
    edge: of("--edge"),
    paper: of("--surface"),
    bad: of("--bad"),
    networks: [of("--accent"), of("--mark")],
    classes: [of("--good"), of("--bad")],
  };
}

export const FONT = "12px system-ui, sans-serif";

/** A network's own mark, round or square, for who does not tell the colours apart. */
export function mark(context: CanvasRenderingContext2D, network: number, x: number, y: number, { networks, paper }: Inks): void {
  context.save();
  context.setLineDash([]);
  context.beginPath();
  if (network === 0) context.arc(x, y, 4.5, 0, 7);
  else context.rect(x - 4, y - 4, 8, 8);
  context.fillStyle = networks[network]!;
  context.strokeStyle = paper;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.restore();
}

export class Sheet {
  readonly canvas: HTMLCanvasElement;

  constructor(name: string) {
    this.canvas = make("canvas", { class: name, role: "img", "aria-label": "Not drawn yet." });
  }

  set words(text: string) {
    if (this.canvas.getAttribute("aria-label") !== text) this.canvas.setAttribute("aria-label", text);
  }

  /** Clears it and draws; nothing where it has no room. */
  draw(inks: Inks, paint: (context: CanvasRenderingContext2D, width: number, height: number, inks: Inks) => void): void {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width < 8 || height < 8) return;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = FONT;
    context.lineJoin = "round";
    paint(context, width, height, inks);
  }
}

/** A power of ten's exponent. */
export function raised(exponent: number): string {
  return [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
}
