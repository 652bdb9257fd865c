// A caption for a line, made from the form of its expression: "keeps 0.9 of its old value and takes 0.1 of g".
import { namesIn, type Expression } from "../formula/expression";
import { OVER_TENSORS } from "../formula/language";
import { plain } from "../formula/mathml";
import { compile, record } from "../formula/tape";
import { kindOf, type Kind } from "./kinds";

/** Text, and symbols as MathML between it. */
export type Words = (string | { symbol: string })[];

export interface Line {
  name: string;
  expression: Expression;
  isStep: boolean;
  kinds: ReadonlyMap<string, Kind>; // of the names known before the line; others are numbers
  numbers: ReadonlyMap<string, number>;
  symbols: ReadonlyMap<string, string>;
  old: ReadonlySet<string>; // states whose new value is not computed yet
}

export function explain(line: Line): Words {
  const said = new Captions(line).whole(line.expression);
  return line.isStep ? [...said, " This is subtracted from the parameter."] : said;
}

class Captions {
  constructor(private readonly line: Line) {}

  whole(e: Expression): Words {
    return this.average(e) ?? this.grows(e) ?? this.corrected(e) ?? this.largest(e) ?? this.plainly(e);
  }

  private plainly(e: Expression): Words {
    if (this.isNumber(e)) return ["One number for x and y alike, ", this.value(e), "."];
    return ["It is ", ...this.words(e), "."];
  }

  /** p·A + q·B with numbers p and q, or one of them 1. */
  private average(e: Expression): Words | null {
    if (e.kind !== "apply" || e.operation !== "+") return null;
    const [a, b] = e.parts.map((part) => this.weighed(part)) as [Weighed, Weighed];
    if (a.weight === null || this.isNumber(a.of) || this.isNumber(b.of)) return null;
    const kept: Words = this.isOld(a.of)
      ? ["Keeps ", this.value(a.weight), " of its old value"]
      : ["Takes ", this.value(a.weight), " of ", ...this.words(a.of)];
    if (b.weight === null) return [...kept, " and adds ", ...this.words(b.of), "."];
    return [
      ...kept,
      this.isOld(a.of) ? " and takes " : " and ",
      this.value(b.weight),
      " of ",
      ...this.words(b.of),
      ".",
    ];
  }

  /** old + A. */
  private grows(e: Expression): Words | null {
    if (e.kind !== "apply" || e.operation !== "+" || !this.isOld(e.parts[0]!)) return null;
    return ["Adds ", ...this.words(e.parts[1]!), " to its old value, and forgets nothing."];
  }

  /** A / (1 − b**t): what is left of an average that began at zero. */
  private corrected(e: Expression): Words | null {
    if (e.kind !== "apply" || e.operation !== "/") return null;
    const [average, divisor] = e.parts as [Expression, Expression];
    if (this.isNumber(average) || !isBiasCorrection(divisor)) return null;
    return [
      "Corrects ",
      ...this.words(average),
      " for its start at zero: divides it by ",
      this.value(divisor),
      ", which tends to 1.",
    ];
  }

  private largest(e: Expression): Words | null {
    if (e.kind !== "apply" || e.operation !== "maximum") return null;
    const [a, b] = e.parts as [Expression, Expression];
    if (this.isOld(a)) return ["The larger of its old value and ", ...this.words(b), ": it never falls."];
    const old = this.weighed(a);
    if (old.weight === null || !this.isOld(old.of)) return null;
    return ["The larger of ", this.value(old.weight), " of its old value and ", ...this.words(b), "."];
  }

  /** A product's number and the rest; the number is null where there is none. */
  private weighed(e: Expression): Weighed {
    if (e.kind === "apply" && e.operation === "*") {
      const [a, b] = e.parts as [Expression, Expression];
      if (this.isNumber(a) && !this.isNumber(b)) return { weight: a, of: b };
      if (this.isNumber(b) && !this.isNumber(a)) return { weight: b, of: a };
    }
    return { weight: null, of: e };
  }

  /** Whether the expression is the line's own name: a state's value before the step. */
  private isOld(e: Expression): boolean {
    return e.kind === "name" && e.name === this.line.name && this.line.old.has(e.name);
  }

  private isNumber(e: Expression): boolean {
    return kindOf(e, this.line.kinds as Map<string, Kind>) === "number" && !isOverTensors(e);
  }

  private value(e: Expression): string {
    const names = [...namesIn(e)];
    return plain(compile(record([e], names))(...names.map((name) => this.line.numbers.get(name)!))[0]!);
  }

  /** The expression in words; what is one number for all coordinates, as that number. */
  words(e: Expression): Words {
    if (e.kind === "name") return this.named(e.name);
    if (e.kind === "number") return [plain(e.value)];
    if (this.isNumber(e)) return [this.value(e)];
    const [a, b, c] = e.parts as [Expression, Expression, Expression];
    switch (e.operation) {
      case "+":
        return [...this.words(a), " plus ", ...this.words(b)];
      case "-":
        return [...this.words(a), " less ", ...this.words(b)];
      case "*":
        return [...this.grouped(a, "/"), " times ", ...this.grouped(b, "/")];
      case "/":
        return [...this.grouped(a), ", divided by ", ...this.grouped(b, "*", "/")];
      case "neg":
        return ["minus ", ...this.grouped(a)];
      case "**":
        if (b.kind === "number" && b.value === 2) return ["the square of ", ...this.grouped(a)];
        return [...this.grouped(a), " to the power of ", ...this.words(b)];
      case "maximum":
        return ["the larger of ", ...this.words(a), " and ", ...this.words(b)];
      case "minimum":
        return ["the smaller of ", ...this.words(a), " and ", ...this.words(b)];
      case "where":
        return this.chosen(a, b, c);
      default:
        return [`the ${FUNCTIONS[e.operation] ?? e.operation} of `, ...this.grouped(a)];
    }
  }

  /** Of a choice, the branch that is taken, where that is the same for both coordinates. */
  private chosen(condition: Expression, then: Expression, otherwise: Expression): Words {
    const compared = condition.kind === "apply" ? condition : null;
    if (compared === null || !compared.parts.every((part) => this.isNumber(part))) {
      return ["a choice between ", ...this.words(then), " and ", ...this.words(otherwise)];
    }
    const names = [...namesIn(condition)];
    const holds = compile(record([condition], names))(...names.map((name) => this.line.numbers.get(name)!))[0] === 1;
    const [a, b] = compared.parts as [Expression, Expression];
    const because = [
      ", since ",
      ...this.words(a),
      holds ? " is " : " is not ",
      `${RELATIONS[compared.operation]} `,
      ...this.words(b),
    ];
    return [...this.words(holds ? then : otherwise), ...because];
  }

  /** In brackets where it is a sum, a difference or one of `also`, so that words cannot be read two ways. */
  private grouped(e: Expression, ...also: string[]): Words {
    const loose = e.kind === "apply" && ["+", "-", ...also].includes(e.operation) && !this.isNumber(e);
    return loose ? ["(", ...this.words(e), ")"] : this.words(e);
  }

  private named(name: string): Words {
    const symbol = this.line.symbols.get(name);
    const shown = symbol === undefined ? name : { symbol };
    if (this.line.old.has(name)) return name === this.line.name ? ["its old value"] : ["the old ", shown];
    return this.line.kinds.has(name) ? [shown] : [shown, ` (${plain(this.line.numbers.get(name)!)})`];
  }
}

interface Weighed {
  weight: Expression | null;
  of: Expression;
}

const FUNCTIONS: Record<string, string> = {
  sqrt: "root",
  abs: "size",
  exp: "exponential",
  log: "logarithm",
  sin: "sine",
  cos: "cosine",
  sign: "sign",
  floor: "whole part",
  max: "largest",
};

const RELATIONS: Record<string, string> = {
  "<": "below",
  "<=": "at most",
  ">": "above",
  ">=": "at least",
  "==": "equal to",
  "!=": "other than",
};

/** Whether the expression holds a norm or its like, whose number x alone does not give. */
function isOverTensors(e: Expression): boolean {
  return e.kind === "apply" && (OVER_TENSORS.has(e.operation) || e.parts.some(isOverTensors));
}

/** 1 − b**t. */
function isBiasCorrection(e: Expression): boolean {
  if (e.kind !== "apply" || e.operation !== "-") return false;
  const [one, power] = e.parts as [Expression, Expression];
  if (one.kind !== "number" || one.value !== 1 || power.kind !== "apply" || power.operation !== "**") return false;
  return namesIn(power.parts[1]!).has("t");
}
