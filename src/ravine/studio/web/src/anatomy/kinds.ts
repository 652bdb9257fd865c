// What kind of quantity a line computes, found from its form alone, so that a rule added tomorrow is drawn too.
import { COMPARISONS, OVER_TENSORS } from "../formula/language";
import { same, type Expression } from "../formula/expression";

/**
 * number: one for all coordinates, as a bias correction is. vector: it has a direction. square: a sum or average of
 * squares, never negative. size: never negative, and no square: a root, an absolute value.
 */
export type Kind = "number" | "vector" | "square" | "size";

/** null: a state of which nothing is known yet; it takes the kind of what it is added to. */
type Guess = Kind | null;
export type Guesses = Map<string, Guess>;

export interface Assigned {
  name: string;
  expression: Expression;
}

/** The kind of each line, in order, and that of the inputs and states before the first. */
export function kindsOf(
  lines: readonly Assigned[],
  inputs: readonly string[],
  states: readonly string[],
): { lines: Kind[]; before: Map<string, Kind> } {
  let before: Guesses = new Map([
    ...states.map((name) => [name, null] as const),
    ...inputs.map((name) => [name, "vector"] as const),
  ]);
  for (;;) {
    const guesses: Guesses = new Map(before);
    const found = lines.map(({ name, expression }) => {
      const guess = kindOf(expression, guesses);
      guesses.set(name, guess);
      return guess ?? "number";
    });
    // A state is at the next step what it is after this one.
    const next: Guesses = new Map(
      [...before].map(([name, guess]) => [name, inputs.includes(name) ? guess : (guesses.get(name) ?? guess)]),
    );
    if ([...next].every(([name, guess]) => before.get(name) === guess)) {
      return { lines: found, before: new Map([...before].map(([name, guess]) => [name, guess ?? "number"])) };
    }
    before = next;
  }
}

export function kindOf(e: Expression, known: Guesses): Guess {
  if (e.kind === "number") return "number";
  if (e.kind === "name") return known.has(e.name) ? known.get(e.name)! : "number"; // t and hyperparameters are numbers
  const kinds = e.parts.map((part) => kindOf(part, known));
  const [a, b] = kinds as [Guess, Guess];
  if (OVER_TENSORS.has(e.operation) || kinds.every((kind) => kind === "number")) return "number";
  switch (e.operation) {
    case "+":
    case "maximum":
      return together(a, b);
    case "minimum":
      return a === "vector" || b === "vector" ? "vector" : together(a, b);
    case "-":
      return a === null ? b : "vector";
    case "*":
      return productOf(factors(e), known);
    case "/":
      return quotient(a, b);
    case "**":
      return powered(a, e.parts[1]!);
    case "where":
      return together(b, kinds[2]!) ?? "size";
    case "sqrt":
    case "abs":
    case "exp":
      return a === null ? null : "size";
    default: // neg, log, sin, cos, sign, floor
      return COMPARISONS.has(e.operation) ? "size" : "vector";
  }
}

function together(a: Guess, b: Guess): Guess {
  if (a === null || a === "number") return a === null && b === "number" ? null : b;
  if (b === null || b === "number" || a === b) return a;
  return a === "vector" || b === "vector" ? "vector" : "size";
}

/** The factors of a product of products. */
function factors(e: Expression): Expression[] {
  return e.kind === "apply" && e.operation === "*" ? e.parts.flatMap(factors) : [e];
}

/** Numbers change no kind; the same factor twice is a square. */
function productOf(list: Expression[], known: Guesses): Guess {
  const [first, ...rest] = list.filter((factor) => kindOf(factor, known) !== "number");
  const again = rest.findIndex((factor) => same(factor, first!));
  const others = again < 0 ? rest : rest.filter((_, i) => i !== again);
  const kind = again < 0 ? kindOf(first!, known) : "square";
  return others.map((factor) => kindOf(factor, known)).reduce(times, kind);
}

function times(a: Guess, b: Guess): Guess {
  if (a === "vector" || b === "vector") return "vector";
  if (a === null || b === null) return a ?? b;
  return a === b ? a : "size";
}

function quotient(a: Guess, b: Guess): Guess {
  if (b === "number") return a;
  if (a === "vector" || b === "vector") return "vector";
  return a === null && b === null ? null : "size";
}

function powered(base: Guess, exponent: Expression): Guess {
  if (base === null) return null;
  if (exponent.kind === "number" && exponent.value === 2) return "square";
  return base === "vector" ? "vector" : "size";
}
