// A formula as GLSL ES 3.00; it expects the prelude of ravine/backends/glsl.py.
import type { Expression } from "./expression";
import { record, type Instruction, type Tape } from "./tape";

const FUNCTIONS: Record<string, string> = { maximum: "max", minimum: "min", "**": "power", tanh: "tanh_of" };
const INFIX = new Set(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="]);
const COMPARISONS = new Set(["<", "<=", ">", ">=", "==", "!="]);

/** `float NAME(float x, float y)` for one expression, `vec2 NAME(…)` for two. */
export function toGlsl(name: string, results: readonly Expression[], names: readonly string[] = ["x", "y"]): string {
  const tape = record(results, names);
  const lines = tape.instructions.map((instruction) => `  ${assignment(instruction, tape)}`);
  const values = tape.results.map((register) => text(register, tape));
  const [kind, value] = values.length === 1 ? ["float", values[0]!] : ["vec2", `vec2(${values.join(", ")})`];
  const parameters = names.map((parameter) => `float ${parameter}`).join(", ");
  return `${kind} ${name}(${parameters}) {\n${[...lines, `  return ${value};`].join("\n")}\n}\n`;
}

function assignment(instruction: Instruction, tape: Tape): string {
  const { operation, to } = instruction;
  const [a, b, c] = [instruction.a, instruction.b, instruction.c].map((register) => text(register, tape));
  const kind = COMPARISONS.has(operation) ? "bool" : "float";
  return `${kind} r${to} = ${right(operation, a!, b!, c!)};`;
}

function right(operation: string, a: string, b: string, c: string): string {
  if (operation === "where") return `${a} ? ${b} : ${c}`;
  if (operation === "neg") return `-(${a})`;
  if (INFIX.has(operation)) return `${a} ${operation} ${b}`;
  const two = operation === "maximum" || operation === "minimum" || operation === "**";
  return `${FUNCTIONS[operation] ?? operation}(${two ? `${a}, ${b}` : a})`;
}

function text(register: number, tape: Tape): string {
  const constant = tape.constants.get(register);
  if (constant === undefined) return tape.names[register] ?? `r${register}`;
  const digits = String(Math.fround(constant)).replace("e+", "e");
  const literal = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return constant < 0 ? `(${literal})` : literal;
}
