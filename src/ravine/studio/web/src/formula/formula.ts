import { gradient } from "./derive";
import type { Expression } from "./expression";
import { toGlsl } from "./glsl";
import { parseFormula } from "./parse";
import { toPython } from "./python";
import { compile, record } from "./tape";
import { FormulaError } from "./tokens";

/** A formula in x and y, ready to be descended. */
export interface Formula {
  expression: Expression;
  value: (x: number, y: number) => number;
  gradient: (x: number, y: number) => [number, number];
  python: string; // as ravine.descend takes it
  glsl: string; // float formula(float x, float y)
  glslGradient: string; // vec2 formula_gradient(float x, float y)
}

/** What is wrong with a text, and where: [start, end), in UTF-16 units as a text field counts. */
export interface Mistake {
  message: string;
  start: number;
  end: number;
}

export type Parsed = { ok: true; formula: Formula } | { ok: false; mistake: Mistake };

/** Reads a formula that a person typed. Never throws for a text. */
export function parse(text: string): Parsed {
  let expression: Expression;
  try {
    expression = parseFormula(text);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return { ok: false, mistake: { message: error.message, start: error.start, end: error.end } };
  }
  const slopes = gradient(expression);
  const value = compile(record([expression], ["x", "y"]));
  const both = compile(record(slopes, ["x", "y"]));
  return {
    ok: true,
    formula: {
      expression,
      value: (x, y) => value(x, y)[0]!,
      gradient: (x, y) => {
        const slope = both(x, y);
        return [slope[0]!, slope[1]!];
      },
      python: toPython(expression),
      glsl: toGlsl("formula", [expression]),
      glslGradient: toGlsl("formula_gradient", slopes),
    },
  };
}
