// The learner's own formula as a landscape: the range and the start that ravine.landscapes.from_formula gives it. One
// without a single height is drawn as just that.
import { type Formula, parse } from "../formula/formula";
import type { Landscape, Point } from "./landscape";
import type { FormulaReader } from "./session";
import type { State } from "./state";

const CELLS = 100;

export const ownLandscape: FormulaReader = (text, domain) => {
  const parsed = parse(text);
  if (!parsed.ok) {
    const { message, start } = parsed.mistake;
    return { landscape: null, trouble: `Formula, column ${start + 1}: ${message}` };
  }
  const landscape = landscapeOf(text, parsed.formula, domain);
  const trouble = Number.isFinite(landscape.value(...landscape.start)) ? "" : "The formula has no finite value on this domain.";
  return { landscape, trouble };
};

function landscapeOf(text: string, formula: Formula, domain: State["domain"]): Landscape {
  const shown = domain ?? { x: [-2, 2], y: [-2, 2] };
  const at = ([low, high]: Point, i: number) => (i === CELLS ? high : low + ((high - low) / CELLS) * i);
  const [wantedX, wantedY] = [at(shown.x, 23), at(shown.y, 23)];
  let [lowest, highest, nearest] = [Infinity, -Infinity, Infinity];
  let start: Point = [wantedX, wantedY];
  let holes = false;
  // A quarter in from a corner, or the nearest point with a value: seldom a symmetric one, where gradients vanish.
  for (let row = 0; row <= CELLS; row++) {
    for (let column = 0; column <= CELLS; column++) {
      const [x, y] = [at(shown.x, column), at(shown.y, row)];
      const height = formula.value(x, y);
      holes ||= Number.isNaN(height);
      if (!Number.isFinite(height)) continue;
      lowest = Math.min(lowest, height);
      highest = Math.max(highest, height);
      const away = Math.hypot(x - wantedX, y - wantedY);
      if (away < nearest) [nearest, start] = [away, [x, y]];
    }
  }
  return {
    name: "formula",
    title: text.trim().replace(/\s+/g, " "),
    lesson: holes ? "your own formula; where the picture is hatched it has no height" : "your own formula",
    value: formula.value,
    gradient: formula.gradient,
    domain: shown,
    range: lowest <= highest ? [lowest, highest] : [0, 1],
    minima: [],
    saddles: [],
    start,
    parameters: {},
    glsl: formula.glsl,
    glslGradient: formula.glslGradient,
    python: formula.python,
    holes,
  };
}
