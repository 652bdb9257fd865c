// MathML of an expression, for what only the page knows: the learner's own formula, and lines with numbers put in.
import { COMPARISONS } from "./language";
import { apply, number, type Expression } from "./expression";

const SUM = 1;
const PRODUCT = 2;
const NEGATIVE = 3;
const ATOM = 9;

const RELATIONS: Record<string, string> = { "<": "&lt;", "<=": "≤", ">": "&gt;", ">=": "≥", "==": "=", "!=": "≠" };
const operator = (sign: string): string => `<mo>${sign}</mo>`;

/** The inside of a `math` element. `symbol` gives the MathML of a name. */
export function toMathml(e: Expression, symbol: (name: string) => string = identifier): string {
  return new Writer(symbol).write(e);
}

const identifier = (name: string): string => `<mi>${name}</mi>`;

/** A number as MathML: at most four digits, and a power of ten where it is large or small. */
export function digits(value: number): string {
  if (Number.isNaN(value)) return "<mtext>NaN</mtext>";
  if (!Number.isFinite(value)) return value > 0 ? "<mi>∞</mi>" : `<mrow>${operator("−")}<mi>∞</mi></mrow>`;
  if (value === Math.PI) return "<mi>π</mi>";
  const [mantissa, exponent] = rounded(value).split("e") as [string, string | undefined];
  const text = `<mn>${mantissa.replace("-", "")}</mn>`;
  const power = `<msup><mn>10</mn><mn>${exponent?.replace("-", "−")}</mn></msup>`;
  const size = exponent === undefined ? text : mantissa.replace("-", "") === "1" ? power : text + operator("·") + power;
  return mantissa.startsWith("-") ? `<mrow>${operator("−")}${size}</mrow>` : `<mrow>${size}</mrow>`;
}

/** The same number as plain text. */
export function plain(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return rounded(value).replace("-", "−").replace("e-", "e−");
}

function rounded(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5))
    return String(Number(value.toPrecision(4)).toExponential()).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** expm1(u) and log1p(u) as what they are: e^u − 1 and log(1 + u). */
function spelt(e: Expression): Expression {
  if (e.kind !== "apply") return e;
  const [u] = e.parts as [Expression];
  if (e.operation === "expm1") return apply("-", apply("exp", u), number(1));
  return e.operation === "log1p" ? apply("log", apply("+", number(1), u)) : e;
}

class Writer {
  constructor(private readonly symbol: (name: string) => string) {}

  write(given: Expression): string {
    const e = spelt(given);
    if (e.kind === "number") return digits(e.value);
    if (e.kind === "name") return this.symbol(e.name);
    const [a, b] = e.parts as [Expression, Expression];
    switch (e.operation) {
      case "+":
        return this.row(this.within(a, SUM), "+", this.within(b, PRODUCT));
      case "-":
        return this.row(this.within(a, SUM), "−", this.within(b, PRODUCT));
      case "*":
        return this.row(this.within(a, PRODUCT), "·", this.within(b, PRODUCT + 0.5));
      case "/":
        return `<mfrac><mrow>${this.write(a)}</mrow><mrow>${this.write(b)}</mrow></mfrac>`;
      case "neg":
        return `<mrow>${operator("−")}${this.within(a, NEGATIVE)}</mrow>`;
      case "**":
        return `<msup><mrow>${this.within(a, ATOM)}</mrow><mrow>${this.write(b)}</mrow></msup>`;
      default:
        return COMPARISONS.has(e.operation)
          ? this.row(this.write(a), RELATIONS[e.operation]!, this.write(b))
          : this.call(e.operation, e.parts);
    }
  }

  private row(a: string, sign: string, b: string): string {
    return `<mrow>${a}${operator(sign)}${b}</mrow>`;
  }

  private within(e: Expression, binding: number): string {
    return this.binding(e) >= binding ? this.write(e) : brackets(this.write(e));
  }

  private binding(given: Expression): number {
    const e = spelt(given);
    // What stands for a name decides: a negative number put in takes brackets.
    if (e.kind !== "apply") return this.write(e).startsWith("<mrow><mo>−") ? NEGATIVE - 1.5 : this.atom(e);
    if (e.operation === "+" || e.operation === "-") return SUM;
    if (e.operation === "*") return PRODUCT;
    if (e.operation === "/") return PRODUCT + 0.5;
    return e.operation === "neg" ? PRODUCT - 0.5 : ATOM - (e.operation === "**" ? 1 : 0);
  }

  private atom(e: Expression): number {
    return this.write(e).includes("<mo>·") ? PRODUCT : ATOM;
  }

  private call(operation: string, parts: readonly Expression[]): string {
    const inside = parts.map((part) => this.write(part));
    switch (operation) {
      case "sqrt":
        return `<msqrt>${inside[0]}</msqrt>`;
      case "abs":
        return `<mrow><mo stretchy="false">|</mo>${inside[0]}<mo stretchy="false">|</mo></mrow>`;
      case "norm":
        return `<mrow><mo stretchy="false">‖</mo>${inside[0]}<mo stretchy="false">‖</mo></mrow>`;
      case "floor":
        return `<mrow><mo stretchy="false">⌊</mo>${inside[0]}<mo stretchy="false">⌋</mo></mrow>`;
      case "exp":
        return `<msup><mi>e</mi><mrow>${inside[0]}</mrow></msup>`;
      case "where": {
        const row = (value: string, when: string) => `<mtr><mtd>${value}</mtd><mtd>${when}</mtd></mtr>`;
        const table = row(inside[1]!, `<mtext>if </mtext>${inside[0]}`) + row(inside[2]!, "<mtext>otherwise</mtext>");
        return `<mrow><mo>{</mo><mtable columnalign="left left">${table}</mtable></mrow>`;
      }
      default: {
        const name = operation === "maximum" || operation === "minimum" ? operation.slice(0, 3) : operation;
        return `<mrow><mi>${name}</mi>${brackets(inside.join(operator(",")))}</mrow>`;
      }
    }
  }
}

function brackets(inside: string): string {
  return `<mrow><mo>(</mo>${inside}<mo>)</mo></mrow>`;
}
