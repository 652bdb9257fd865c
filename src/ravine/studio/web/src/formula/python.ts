// The equation language itself, with the brackets of ravine/backends/infix.py.
import type { Expression } from "./expression";

const BINDING: Record<string, number> = {
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "==": 1,
  "!=": 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  neg: 4,
  "**": 5,
};
const ATOM = 9;

/** The expression as text that Python, and this parser, read back as the same expression. */
export function toPython(e: Expression): string {
  if (e.kind === "number") return literal(e.value);
  if (e.kind === "name") return e.name;
  const binding = BINDING[e.operation];
  if (binding === undefined) return `${e.operation}(${e.parts.map(toPython).join(", ")})`;
  const [a, b] = e.parts as [Expression, Expression];
  if (e.operation === "neg") return `-${within(a, binding + 1)}`;
  if (e.operation === "**") return `${within(a, binding + 1)}**${within(b, BINDING["neg"]!)}`;
  return `${within(a, binding)} ${e.operation} ${within(b, binding + 1)}`;
}

function within(e: Expression, binding: number): string {
  const text = toPython(e);
  return own(e) >= binding ? text : `(${text})`;
}

function own(e: Expression): number {
  if (e.kind === "number") return e.value < 0 || Object.is(e.value, -0) ? BINDING["neg"]! : ATOM;
  return e.kind === "apply" ? (BINDING[e.operation] ?? ATOM) : ATOM;
}

function literal(value: number): string {
  if (value === Math.PI) return "pi";
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}
