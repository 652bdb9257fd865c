// A formula as people type it, respelt in the language: x², 2x, 3 − x and π where their meaning is certain, and
// refused where it is not (1/2x, x^2y). The same as ravine/equations/spelling.py, token for token.
import { FormulaError } from "./tokens";

const SIGNS: Record<string, string> = {
  "^": "**",
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "÷": "/",
  "−": "-",
  "–": "-",
  "—": "-",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
};
const CALLED = new Map([
  ["ln", "log"],
  ["max", "maximum"],
  ["min", "minimum"],
  ["sgn", "sign"],
  ["fabs", "abs"],
]);
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const DIVIDED = "this can be read in two ways: write * for the product, and brackets around what is divided by";
const POWER = "this can be read in two ways: write * for the product, and brackets around the exponent";
const TOWER = "this can be read in two ways: put one of the powers in brackets";

const DIGITS = "[0-9](?:_?[0-9])*";
const EXPONENT = `[eE][+-]?${DIGITS}`;
const KINDS: Record<Kind, string> = {
  comment: "#[^\\r\\n]*",
  number: [
    "0[xX](?:_?[0-9a-fA-F])+",
    "0[oO](?:_?[0-7])+",
    "0[bB](?:_?[01])+",
    `(?:(?:${DIGITS})?\\.${DIGITS}|${DIGITS}\\.)(?:${EXPONENT})?`,
    `${DIGITS}${EXPONENT}`,
    DIGITS,
  ].join("|"),
  word: "[A-Za-z_][A-Za-z0-9_]*",
  pi: "π",
  root: "√(?=\\()",
  raised: "[⁺⁻]?[⁰¹²³⁴-⁹]+",
  space: "[ \\t\\f\\r\\n\\u00a0\\\\]+",
  sign: "\\*\\*|//|<=|>=|==|!=|.",
};
const TOKEN = new RegExp(
  Object.entries(KINDS)
    .map(([kind, pattern]) => `(?<${kind}>${pattern})`)
    .join("|"),
  "gsu",
);

type Kind = "comment" | "number" | "word" | "pi" | "root" | "raised" | "space" | "sign";
type Operand = Kind | "call" | "group" | "";

/** A text in the language's own spelling, and where each of its parts stood in what was typed. */
export class Spelling {
  text = "";
  private readonly places: [start: number, end: number][] = []; // of each of its characters, in what was typed
  private operator = ""; // in front of the operand that is being read: "/" and "**" bind what follows them
  private ended: Operand = ""; // the kind of operand that ends right here, without a space
  private readonly open: [operator: string, kind: Operand][] = []; // of each open bracket
  private last: "" | "operator" | "operand" | "raised" = "";

  constructor(private readonly typed: string) {
    for (const match of typed.matchAll(TOKEN)) {
      const kind = (Object.keys(KINDS) as Kind[]).find((name) => match.groups![name] !== undefined)!;
      this.take(kind, match[0], match.index);
    }
  }

  /** Where `text[place]` stood in what was typed. */
  placeOf(place: number): number {
    return this.places[place]?.[0] ?? this.typed.length;
  }

  /** Where what ends before `text[place]` ended. */
  endOf(place: number): number {
    return place === 0 ? 0 : (this.places[place - 1]?.[1] ?? this.typed.length);
  }

  private take(kind: Kind, token: string, at: number): void {
    if (kind === "word" || kind === "pi" || kind === "root" || token === "(") {
      const called = this.ended === "word" && token === "(";
      if (this.ended !== "" && this.ended !== "word") this.multiply(at, token);
      if (token === "(") {
        this.open.push([this.operator, called ? "call" : "group"]);
        this.operator = "";
      }
    }
    if (kind === "raised") {
      if (this.operator === "**") throw new FormulaError(at, at + token.length, TOWER);
      const exponent = [...token].map((sign) => (sign === "⁺" ? "+" : sign === "⁻" ? "-" : RAISED.indexOf(sign)));
      this.write(` **${exponent.join("")} `, at, token);
    } else if (kind === "pi") this.write(" pi ", at, token);
    else if (kind === "root") this.write(" sqrt", at, token);
    else if (kind === "sign" && Object.hasOwn(SIGNS, token)) this.write(` ${SIGNS[token]} `, at, token);
    else if (CALLED.has(token) && this.typed[at + token.length] === "(") this.write(CALLED.get(token)!, at, token);
    else for (const [i, unit] of token.split("").entries()) this.write(unit === "\u00a0" ? " " : unit, at + i, unit);
    this.after(kind, Object.hasOwn(SIGNS, token) ? SIGNS[token]! : token, at);
  }

  /** Remembers what has been read. */
  private after(kind: Kind, token: string, at: number): void {
    if (kind === "comment" || kind === "space") {
      this.ended = "";
      return;
    }
    if (kind !== "sign") {
      this.ended = kind === "root" ? "word" : kind;
      this.last = kind === "raised" ? "raised" : "operand";
      return;
    }
    this.ended = "";
    if (token === ")" && this.open.length > 0) [this.operator, this.ended] = this.open.pop()!;
    else if (token === "**" && this.last === "raised") throw new FormulaError(at, at + 1, TOWER);
    // A sign belongs to its number.
    else if (!((token === "+" || token === "-") && this.last === "operator"))
      this.operator = "(),".includes(token) ? "" : token;
    this.last = token === ")" ? "operand" : "operator";
  }

  /** A product without its sign: after a number, a bracket, π or a raised exponent. */
  private multiply(at: number, token: string): void {
    if (this.operator === "/") throw new FormulaError(at, at + token.length, DIVIDED);
    if (this.operator === "**" && this.ended !== "group") throw new FormulaError(at, at + token.length, POWER);
    this.write(" * ", at);
    this.operator = "*";
    this.ended = "";
  }

  private write(text: string, at: number, typed = ""): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) this.places.push([at, at + typed.length]);
  }
}
