import { parse, type Formula, type Mistake } from "./formula";
import { toMathml } from "./mathml";
import { findMinima } from "./minima";

type Domain = LandscapeFacts["domain"];
export type OwnLandscape = { ok: true; landscape: LandscapeFacts } | { ok: false; mistake: Mistake };

const CELLS = 100;

/**
 * The landscape of a formula that a person typed: range and start as ravine.landscapes.from_formula finds them, and
 * its minima by search. Never throws for a text.
 */
export function ownLandscape(text: string, domain: Domain = { x: [-2, 2], y: [-2, 2] }): OwnLandscape {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const { formula } = parsed;
  const seen = survey(formula, domain);
  if (seen === null) {
    const [x, y] = [domain.x, domain.y].map(([low, high]) => `[${low}, ${high}]`);
    const message = `the formula has no finite value on ${x} × ${y}: choose another domain`;
    return { ok: false, mistake: { message, start: 0, end: text.length } };
  }
  return {
    ok: true,
    landscape: {
      name: "formula",
      title: text.trim().replace(/\s+/g, " "),
      lesson: "your own formula",
      source: "",
      mathml: `<math display="block"><mi>f</mi><mo>(</mo><mi>x</mi><mo>,</mo><mi>y</mi><mo>)</mo><mo>=</mo>${toMathml(formula.expression)}</math>`,
      glsl: formula.glsl,
      glslGradient: formula.glslGradient,
      python: formula.python,
      domain,
      range: seen.range,
      minima: findMinima(formula, domain),
      saddles: [],
      start: seen.start,
      parameters: {},
      value: formula.value,
      gradient: formula.gradient,
    },
  };
}

/** The span of the finite heights, and the finite point nearest to a quarter in from a corner; null where none is. */
function survey({ value }: Formula, { x, y }: Domain): { range: [number, number]; start: [number, number] } | null {
  const at = ([low, high]: [number, number], i: number) => low + ((high - low) * i) / CELLS;
  const wanted = [at(x, 23), at(y, 23)] as const;
  const range: [number, number] = [Infinity, -Infinity];
  let start: [number, number] | null = null;
  let nearest = Infinity;
  for (let j = 0; j <= CELLS; j++) {
    for (let i = 0; i <= CELLS; i++) {
      const point: [number, number] = [at(x, i), at(y, j)];
      const height = value(...point);
      if (!Number.isFinite(height)) continue;
      range[0] = Math.min(range[0], height);
      range[1] = Math.max(range[1], height);
      const away = Math.hypot(point[0] - wanted[0], point[1] - wanted[1]);
      if (away < nearest) [nearest, start] = [away, point];
    }
  }
  return start && { range, start };
}
