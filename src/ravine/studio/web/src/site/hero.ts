// The race behind the words of the home page: the still drawing's own paths, run live from ever new starts.
import { descend, type Trajectory } from "../engine/descent";
import { type Landscape, known, type Point } from "../engine/landscape";

const STEPS_A_SECOND = 36;
const REST = 2.5; // seconds between the end of a race and the next

interface Runner {
  rule: RuleFacts;
  rate: number;
  path: SVGPathElement;
  head: SVGCircleElement;
}

export function hero(root: HTMLElement): void {
  const svg = root.querySelector("svg")!;
  const facts = RAVINE.landscapes[svg.dataset.landscape ?? ""];
  if (facts === undefined) return;
  const landscape = known(facts);
  const steps = Number(svg.dataset.steps);
  const runners = [...svg.querySelectorAll<SVGPathElement>(".runner")].map((path) => runner(path));
  const ends = root.querySelector("[data-hero-ends]")!;
  const race = (start: Point) => {
    const paths = run(runners, landscape, start, steps);
    const count = new Set(paths.map((path) => minimumOf(path, steps, landscape))).size;
    ends.textContent = count === 1 ? "the same end" : `${count} different ends`;
    return paths;
  };
  const toDrawing = drawing(svg);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pause = root.querySelector<HTMLButtonElement>("[data-hero-pause]")!;

  let paths = race(svg.dataset.start!.split(",").map(Number) as Point);
  let begun: number | null = null; // when the race began, or would have if it had never been paused
  let shown = still ? steps : 0; // seconds × STEPS_A_SECOND
  let playing = !still;
  let inView = true;

  const frame = (now: number) => {
    if (!playing || !inView) {
      begun = null;
      return;
    }
    begun ??= now - (1000 * shown) / STEPS_A_SECOND;
    shown = (STEPS_A_SECOND * (now - begun)) / 1000;
    draw(Math.min(Math.floor(shown), steps));
    if (shown > steps + REST * STEPS_A_SECOND) restart(anywhere(landscape));
    requestAnimationFrame(frame);
  };
  const draw = (step: number) => {
    runners.forEach((one, i) => place(one, paths[i]!, step, toDrawing));
  };
  const restart = (start: Point) => {
    paths = race(start);
    begun = null;
    shown = 0;
    if (!playing) draw((shown = steps));
  };
  const play = (wanted: boolean) => {
    const standing = !playing || !inView;
    playing = wanted;
    pause.textContent = playing ? "Pause" : "Play";
    if (playing && shown >= steps) restart(anywhere(landscape));
    if (playing && standing && inView) requestAnimationFrame(frame);
  };

  pause.textContent = playing ? "Pause" : "Play";
  pause.addEventListener("click", () => play(!playing));
  root.querySelector("[data-hero-again]")!.addEventListener("click", () => restart(anywhere(landscape)));
  svg.addEventListener("click", (event) => restart(pointed(svg, event, landscape)));
  new IntersectionObserver(([entry]) => {
    const before = inView;
    inView = entry!.isIntersecting;
    if (inView && !before && playing) requestAnimationFrame(frame);
  }).observe(svg);
  if (still) draw(steps);
  else requestAnimationFrame(frame);
}

function runner(path: SVGPathElement): Runner {
  const head = document.createElementNS(path.namespaceURI, "circle") as SVGCircleElement;
  head.setAttribute("class", "runner-head");
  head.setAttribute("r", "7");
  head.dataset.rule = path.dataset.rule;
  path.after(head);
  return { rule: RAVINE.rules[path.dataset.rule!]!, rate: Number(path.dataset.rate), path, head };
}

/** Every rule with its defaults, but for the rate that the drawing says. */
function run(runners: Runner[], landscape: Landscape, start: Point, steps: number): Trajectory[] {
  return runners.map(({ rule, rate }) => {
    const settings = Object.fromEntries(Object.values(rule.hyperparameters).map(({ name, default: value }) => [name, value]));
    return descend({ rule, settings: { ...settings, lr: rate }, landscape, start, steps, schedule: "constant", shaken: null });
  });
}

/** The number of the minimum in which a path ends; the drawing's rates lead each into one. */
function minimumOf({ x, y }: Trajectory, last: number, { minima }: Landscape): number {
  const far = minima.map(([left, top]) => Math.hypot(x[last]! - left, y[last]! - top));
  return far.indexOf(Math.min(...far));
}

function place({ path, head }: Runner, { x, y, divergedAt }: Trajectory, step: number, toDrawing: (p: Point) => Point): void {
  const last = Math.min(step, (divergedAt ?? Infinity) - 1);
  const points = Array.from({ length: last + 1 }, (_, i) => toDrawing([x[i]!, y[i]!]));
  path.setAttribute("d", "M" + points.map(([left, top]) => `${left.toFixed(1)} ${top.toFixed(1)}`).join(" "));
  const [left, top] = points[last]!;
  head.setAttribute("cx", left.toFixed(1));
  head.setAttribute("cy", top.toFixed(1));
}

/** From the landscape's coordinates to the drawing's, which the page says. */
function drawing({ dataset }: SVGElement): (point: Point) => Point {
  const [left, top, scale] = [Number(dataset.left), Number(dataset.top), Number(dataset.scale)];
  return ([x, y]) => [(x - left) * scale, (top - y) * scale];
}

function pointed(svg: SVGSVGElement, event: MouseEvent, { domain }: Landscape): Point {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
  const [left, top, scale] = [Number(svg.dataset.left), Number(svg.dataset.top), Number(svg.dataset.scale)];
  const inside = (value: number, [low, high]: Point) => Math.min(Math.max(value, low), high);
  return [inside(left + x / scale, domain.x), inside(top - y / scale, domain.y)];
}

function anywhere({ domain }: Landscape): Point {
  const between = ([low, high]: Point) => low + (0.08 + 0.84 * Math.random()) * (high - low);
  return [between(domain.x), between(domain.y)];
}
