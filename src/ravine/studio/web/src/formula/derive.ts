// Exact derivatives by the chain rule, operation for operation those of ravine/equations/differentiate.py.
import { apply, number, same, type Expression } from "./expression";

const ZERO = number(0);
const ONE = number(1);
const TWO_BY_ROOT_PI = number(2 / Math.sqrt(Math.PI));
const isNumber = (a: Expression, value: number): boolean => a.kind === "number" && a.value === value;

/** The derivative by the variable `by`. At a kink it is that of the branch taken; `abs` and `sqrt` have 0 at 0. */
export function derivative(expression: Expression, by: string): Expression {
  // Parts are shared, not copied: what has been derived once is not derived again.
  const known = new Map<Expression, Expression>();
  const derive = (e: Expression): Expression => {
    let slope = known.get(e);
    if (slope === undefined) known.set(e, (slope = slopeOf(e, by, derive)));
    return slope;
  };
  return derive(expression);
}

function slopeOf(e: Expression, by: string, derive: (e: Expression) => Expression): Expression {
  if (e.kind === "number") return ZERO;
  if (e.kind === "name") return e.name === by ? ONE : ZERO;
  const [a, b, c] = e.parts as [Expression, Expression, Expression];
  if (e.operation === "where") return choose(a, derive(b), derive(c));
  if (e.parts.length === 1) return times(outer(e.operation, a, e), derive(a));
  const da = derive(a);
  const db = derive(b);
  switch (e.operation) {
    case "+":
      return plus(da, db);
    case "-":
      return minus(da, db);
    case "*":
      return plus(times(da, b), times(a, db));
    case "/":
      return divide(minus(da, times(e, db)), b);
    case "**": {
      const byBase = times(times(b, power(a, minus(b, ONE))), da);
      return isNumber(db, 0) ? byBase : plus(byBase, times(times(e, apply("log", a)), db));
    }
    case "maximum":
      return choose(apply(">=", a, b), da, db);
    default: // minimum
      return choose(apply("<=", a, b), da, db);
  }
}

/** f'(u) for a function of one argument; `whole` is f(u). */
function outer(operation: string, u: Expression, whole: Expression): Expression {
  switch (operation) {
    case "neg":
      return number(-1);
    case "sqrt":
      // At 0 the root has no slope; 0 there keeps the tip of a cone from becoming NaN.
      return apply("where", apply(">", u, ZERO), divide(number(0.5), whole), ZERO);
    case "abs":
      return apply("sign", u);
    case "exp":
      return whole;
    case "log":
      return divide(ONE, u);
    case "sin":
      return apply("cos", u);
    case "cos":
      return negative(apply("sin", u));
    case "tanh":
      return minus(ONE, power(whole, number(2)));
    case "erf":
      return times(TWO_BY_ROOT_PI, bell(u));
    case "erfc":
      return negative(times(TWO_BY_ROOT_PI, bell(u)));
    case "expm1":
      return apply("exp", u);
    case "log1p":
      return divide(ONE, plus(ONE, u));
    default: // sign, floor
      return ZERO;
  }
}

const bell = (u: Expression): Expression => apply("exp", negative(power(u, number(2))));

function choose(condition: Expression, a: Expression, b: Expression): Expression {
  return same(a, b) ? a : apply("where", condition, a, b);
}

// The arithmetic below drops zeros and ones, so that derivatives stay as short as a person would write them.

function plus(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return b;
  return isNumber(b, 0) ? a : apply("+", a, b);
}

function minus(a: Expression, b: Expression): Expression {
  if (a.kind === "number" && b.kind === "number") return number(a.value - b.value);
  if (isNumber(a, 0)) return negative(b);
  return isNumber(b, 0) ? a : apply("-", a, b);
}

function times(a: Expression, b: Expression): Expression {
  if (a.kind === "number" && b.kind === "number") return number(a.value * b.value);
  if (isNumber(a, 0) || isNumber(b, 0)) return ZERO;
  if (isNumber(a, -1)) return negative(b);
  if (isNumber(b, -1)) return negative(a);
  if (isNumber(a, 1)) return b;
  return isNumber(b, 1) ? a : apply("*", a, b);
}

function divide(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return ZERO;
  return isNumber(b, 1) ? a : apply("/", a, b);
}

function power(a: Expression, b: Expression): Expression {
  return isNumber(b, 1) ? a : apply("**", a, b);
}

function negative(a: Expression): Expression {
  return a.kind === "number" ? number(-a.value) : apply("neg", a);
}

/** The two derivatives by x and y. */
export function gradient(expression: Expression): [Expression, Expression] {
  return [derivative(expression, "x"), derivative(expression, "y")];
}
