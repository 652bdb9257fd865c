// A curve that the learner draws on empty axes (ravine/lessons/sketch.py): with a mouse or a finger, or point by point
// with the arrow keys. Heights are shares of the axis, from 0 at its foot to 1.
import { makeSvg, short } from "../parts/elements";

const POINTS = 11; // evenly from the first step to the last
const MOVES: Record<string, number> = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25, Home: -1, End: 1 };

export interface Sketch {
  /** The whole line, through the points that are drawn; null where fewer than two are. */
  line: () => number[] | null;
  /** Shows a line that was drawn before. */
  show: (line: readonly number[]) => void;
  /** A height in words: "45 %", "0.31". */
  said: (height: number) => string;
  /** What the network's chart draws beside what happens: see network/foretold.ts. */
  foretold: (line: readonly number[]) => string;
}

/** Turns the axes within `place` into what can be drawn on. */
export function sketch(place: HTMLElement): Sketch {
  const svg = place.querySelector("svg")!;
  const field = svg.querySelector<SVGRectElement>(".plot")!;
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(field.getAttribute(name))) as [number, number, number, number];
  const { draw = "", steps, low, high } = place.dataset;
  const valueOf = (share: number) =>
    draw.startsWith("loss") ? Number(low) * (Number(high) / Number(low)) ** share : Number(low) + share * (Number(high) - Number(low));
  const said = (share: number) => (draw.startsWith("loss") ? short(Number(valueOf(share).toPrecision(2))) : `${Math.round(100 * share)} %`);
  const stepOf = (point: number) => Math.round((Number(steps) * point) / (POINTS - 1));
  const x = (point: number) => left + (width * point) / (POINTS - 1);
  const y = (share: number) => top + height * (1 - share);

  const heights: (number | null)[] = Array.from({ length: POINTS }, () => null);
  const stroke = makeSvg("polyline", { class: "drawn-line" });
  const handles = heights.map((_, point) =>
    makeSvg(
      "g",
      { role: "slider", "aria-label": `Step ${stepOf(point)}`, "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "vertical" },
      makeSvg("circle", { r: "5" }),
    ),
  );
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `Your prediction: ${place.querySelector(".sketch-title")!.textContent}`);
  svg.append(stroke, ...handles);

  const follow = () => {
    const through = [...heights.keys()].filter((point) => heights[point] !== null);
    stroke.setAttribute("points", through.map((point) => `${x(point)},${y(heights[point]!)}`).join(" "));
    handles.forEach((handle, point) => {
      const share = heights[point]!;
      handle.classList.toggle("set", share !== null);
      handle.setAttribute("transform", `translate(${x(point)} ${y(share ?? 0)})`);
      handle.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 0))));
      handle.setAttribute("aria-valuetext", share === null ? "not drawn" : said(share));
    });
  };
  const put = (point: number, share: number) => (heights[point] = Math.round(100 * Math.min(Math.max(share, 0), 1)) / 100);
  const rove = (to: number) => handles.forEach((handle, point) => handle.setAttribute("tabindex", point === to ? "0" : "-1"));
  rove(0);
  follow();

  byPointer(svg, (clientX, clientY) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const point = Math.round((((clientX - box.left) * scale - left) / width) * (POINTS - 1));
    return [Math.min(Math.max(point, 0), POINTS - 1), 1 - ((clientY - box.top) * scale - top) / height];
  }, (point, share) => {
    put(point, share);
    follow();
  });

  handles.forEach((handle, point) => {
    handle.addEventListener("focus", () => rove(point));
    handle.addEventListener("keydown", (event) => {
      const { key } = event as KeyboardEvent;
      const beside = { ArrowLeft: point - 1, ArrowRight: point + 1 }[key];
      if (beside === undefined && !(key in MOVES)) return;
      event.preventDefault();
      if (beside !== undefined) return handles[beside]?.focus();
      // A point that is not drawn yet begins where the line has come to.
      const from = heights[point] ?? heights.slice(0, point).filter((share) => share !== null).at(-1) ?? 0.5;
      put(point, from + MOVES[key]!);
      follow();
    });
  });

  return {
    line: () => whole(heights),
    show: (line) => {
      if (line.length === POINTS) line.forEach((share, point) => put(point, share));
      follow();
    },
    said,
    foretold: (line) => JSON.stringify({ draw, points: line.map((share, point) => [stepOf(point), valueOf(share)]) }),
  };
}

/** Hears each point that a stroke passes, those between two events too. */
function byPointer(svg: SVGSVGElement, under: (x: number, y: number) => [number, number], put: (point: number, share: number) => void): void {
  let last: [number, number] | null = null;
  const pass = (event: PointerEvent) => {
    const [point, share] = under(event.clientX, event.clientY);
    const [from, height] = last ?? [point, share];
    const way = Math.abs(point - from);
    for (let k = 1; k <= way; k++) put(from + (Math.sign(point - from) * k), height + ((share - height) * k) / way);
    put(point, share);
    last = [point, share];
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    last = null;
    pass(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (last !== null && svg.hasPointerCapture(event.pointerId)) pass(event);
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (last = null));
}

/** Straight between the points that are drawn, and level before the first and after the last. */
export function whole(heights: readonly (number | null)[]): number[] | null {
  const drawn = [...heights.keys()].filter((point) => heights[point] !== null);
  if (drawn.length < 2) return null;
  return heights.map((_, point) => {
    const before = drawn.filter((each) => each <= point).at(-1) ?? drawn[0]!;
    const after = drawn.find((each) => each >= point) ?? drawn.at(-1)!;
    const share = before === after ? 0 : (point - before) / (after - before);
    return heights[before]! + share * (heights[after]! - heights[before]!);
  });
}
