/** An expression is a number, a name, or an operation applied to expressions; see ravine/equations/expression.py. */
export type Expression = NumberLiteral | Name | Apply;

export interface NumberLiteral {
  readonly kind: "number";
  readonly value: number;
}

export interface Name {
  readonly kind: "name";
  readonly name: string;
}

/** An operator (`+`), a comparison (`<`), the sign change (`neg`) or a function (`sqrt`), with its arguments. */
export interface Apply {
  readonly kind: "apply";
  readonly operation: string;
  readonly parts: readonly Expression[];
}

export const number = (value: number): NumberLiteral => ({ kind: "number", value });
export const name = (text: string): Name => ({ kind: "name", name: text });
export const apply = (operation: string, ...parts: Expression[]): Apply => ({ kind: "apply", operation, parts });

export function same(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind === "number") return b.kind === "number" && a.value === b.value;
  if (a.kind === "name") return b.kind === "name" && a.name === b.name;
  return b.kind === "apply" && a.operation === b.operation && a.parts.every((part, i) => same(part, b.parts[i]!));
}

/** Every name that the expression reads, once each. */
export function namesIn(expression: Expression, found = new Set<string>()): Set<string> {
  if (expression.kind === "name") found.add(expression.name);
  if (expression.kind === "apply") for (const part of expression.parts) namesIn(part, found);
  return found;
}

/** [base, n] of base**n with a literal n of 2, 3 or 4: these are products in every backend. */
export function integerPower(expression: Expression): [Expression, 2 | 3 | 4] | null {
  if (expression.kind !== "apply" || expression.operation !== "**") return null;
  const [base, exponent] = expression.parts as [Expression, Expression];
  if (exponent.kind !== "number") return null;
  const n = exponent.value;
  return n === 2 || n === 3 || n === 4 ? [base, n] : null;
}
