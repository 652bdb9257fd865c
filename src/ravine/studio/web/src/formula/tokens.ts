import { CHARACTERS } from "./language";

/** Text outside the language: what is wrong, and where: [start, end) in the text. */
export class FormulaError extends Error {
  constructor(
    readonly start: number,
    readonly end: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Token {
  kind: "number" | "name" | "symbol" | "end";
  text: string;
  start: number;
  end: number;
  value: number; // of a number, else 0
}

// Python's: 1, 1_000, .5, 1e3, 0x10. An integer may not start with 0; a float may.
const DIGITS = String.raw`\d(?:_?\d)*`;
const EXPONENT = String.raw`[eE][+-]?${DIGITS}`;
const NUMBER = new RegExp(
  [
    "0[xX](?:_?[0-9a-fA-F])+",
    "0[oO](?:_?[0-7])+",
    "0[bB](?:_?[01])+",
    String.raw`(?:(?:${DIGITS})?\.${DIGITS}|${DIGITS}\.)(?:${EXPONENT})?`,
    `${DIGITS}${EXPONENT}`,
    DIGITS,
  ].join("|"),
  "y",
);
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const SYMBOL = /\*\*|\/\/|<=|>=|==|!=|<<|>>|:=|->|[-+*/%@&|^~<>()[\]{}.,:;=!?$`]/y;
const SPACE = /(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*[\r\n])+/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** The tokens of a formula; the last is an empty one at its end. Refuses what begins no token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while ((at += match(SPACE, text, at).length) < text.length) {
    const token = read(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length, value: 0 });
  return tokens;
}

function read(text: string, start: number): Token {
  const token = (kind: Token["kind"], found: string, value = 0): Token => ({
    kind,
    text: found.normalize("NFKC"), // as Python reads names
    start,
    end: start + found.length,
    value,
  });
  const digits = match(NUMBER, text, start);
  if (digits !== "") return token("number", digits, value(text, digits, start));
  const word = match(NAME, text, start);
  if (word !== "") return token("name", word);
  const symbol = match(SYMBOL, text, start);
  if (symbol !== "") return token("symbol", symbol);
  const character = String.fromCodePoint(text.codePointAt(start)!);
  throw new FormulaError(start, start + character.length, CHARACTERS.get(character) ?? unreadable(character));
}

function unreadable(character: string): string {
  if (character === "'" || character === '"') return "text in quotes is outside the language";
  if (character === "#") return "a comment needs a line of the formula below it";
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `syntax error: the character U+${code} means nothing here`;
}

function value(text: string, digits: string, start: number): number {
  const end = start + digits.length;
  const plain = digits.replaceAll("_", "");
  if (/^0+[1-9]\d*$/.test(plain)) throw new FormulaError(start, end, "syntax error: a number does not begin with 0");
  const after = match(/[\p{XID_Continue}]+/uy, text, end);
  if (after !== "") throw new FormulaError(start, end + after.length, "syntax error: an operator is missing");
  const number = Number(plain);
  if (!Number.isFinite(number)) throw new FormulaError(start, end, "the number is too large for a float");
  return number;
}
