// What is descended: a function of x and y with its exact gradient, and what pictures need to know about it.
import { plain, type Wanted } from "./number";

export type Point = [number, number];

export interface Landscape {
  name: string; // "formula" for the learner's own
  title: string;
  lesson: string;
  value: (x: number, y: number) => number;
  gradient: (x: number, y: number) => Point;
  domain: { x: Point; y: Point };
  range: Point;
  minima: Point[];
  saddles: Point[];
  start: Point;
  parameters: Record<string, number>; // the shape's own numbers, with the values in force
  glsl: string; // float NAME(float x, float y, …parameters)
  glslGradient: string; // vec2 FUNCTION_Gradient(float x, float y, …parameters)
  python: string; // of the learner's own: the formula
  holes?: boolean; // whether there are places on it without a height
}

/** A landscape of the registry in the shape that `given` says; numbers that are not given stay the landscape's own. */
export function known(facts: LandscapeFacts, given: Record<string, number> = {}): Landscape {
  const parameters = { ...facts.parameters };
  for (const name of Object.keys(parameters)) parameters[name] = given[name] ?? parameters[name]!;
  const shape = Object.values(parameters);
  if (shape.length === 0) return { ...facts, parameters };
  return {
    ...facts,
    parameters,
    value: (x, y) => facts.value(x, y, ...shape),
    gradient: (x, y) => facts.gradient(x, y, ...shape),
  };
}

/** What a number of a landscape's shape has to be: its known minima stay minima, as Landscape.with_parameters asks. */
export function shapeWanted(facts: LandscapeFacts, name: string): Wanted {
  return {
    also: (value) => {
      const changed = known(facts, { ...facts.parameters, [name]: value });
      const lost = facts.minima.find(([x, y]) =>
        AROUND.some(([dx, dy]) => !(changed.value(x + dx, y + dy) >= changed.value(x, y))),
      );
      return lost === undefined ? null : `with ${plain(value)} it has no minimum at (${lost.map(plain).join(", ")})`;
    },
  };
}

const AROUND = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8).map((angle): Point => [
  1e-3 * Math.cos(angle),
  1e-3 * Math.sin(angle),
]);

/** What stands where a formula cannot be read: no height anywhere. */
export function nowhere(formula: string): Landscape {
  return {
    name: "formula",
    title: formula,
    lesson: "your own formula, once it can be read",
    value: () => NaN,
    gradient: () => [NaN, NaN],
    domain: { x: [-2, 2], y: [-2, 2] },
    range: [0, 1],
    minima: [],
    saddles: [],
    start: [0, 0],
    parameters: {},
    glsl: "float formula(float x, float y) { return sqrt(-1.0 - x * x); }\n",
    glslGradient: "vec2 formula_gradient(float x, float y) { return vec2(sqrt(-1.0 - x * x)); }\n",
    python: formula,
    holes: true,
  };
}

export function holds(landscape: Landscape, [x, y]: Point): boolean {
  const { domain } = landscape;
  return domain.x[0] <= x && x <= domain.x[1] && domain.y[0] <= y && y <= domain.y[1];
}

/** The lowest known height, or undefined where no minimum is known. */
export function floorOf(landscape: Landscape): number | undefined {
  if (landscape.minima.length === 0) return undefined;
  return Math.min(...landscape.minima.map(([x, y]) => landscape.value(x, y)));
}
