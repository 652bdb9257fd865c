import { apply, name, number, type Expression } from "./expression";
import {
  ALLOWED,
  CHARACTERS,
  COMPARISONS,
  CONSTANTS,
  DEEPEST,
  FUNCTIONS,
  KEYWORDS,
  LARGEST,
  LONGEST,
  SYNONYMS,
} from "./language";
import { nearest } from "./nearest";
import { Spelling } from "./spelling";
import { FormulaError, tokenize, type Token } from "./tokens";

/** An expression with its place, and the height and the size of its tree, signs included. */
interface Node {
  expression: Expression;
  start: number;
  end: number;
  height: number;
  size: number; // tan reads its argument twice
}

const EXAMPLE = "as in where(x > 0, x, 0)";

function isComparison({ expression }: Node): boolean {
  return expression.kind === "apply" && COMPARISONS.has(expression.operation);
}

/**
 * The expression that a person typed, over `names`: the language of ravine.equations.parse_formula, read in the same
 * way. Throws FormulaError with the place.
 */
export function parseFormula(
  text: string,
  names: readonly string[] = ["x", "y"],
  functions: ReadonlyMap<string, number> = FUNCTIONS,
): Expression {
  const needed = `one expression of ${names.join(", ")} is needed, as in x**2 - y**2`;
  if (text.length > LONGEST)
    throw new FormulaError(LONGEST, text.length, `${text.length} characters; at most ${LONGEST}`);
  if (text.trim() === "") throw new FormulaError(0, text.length, needed);
  const spelling = new Spelling(text);
  try {
    return new Parser(tokenize(spelling.text), names, functions).whole();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const start = spelling.placeOf(error.start);
    throw new FormulaError(start, Math.max(start, spelling.endOf(error.end)), error.message);
  }
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: Token[],
    private readonly names: readonly string[],
    private readonly functions: ReadonlyMap<string, number>,
  ) {
    this.checkBrackets();
  }

  whole(): Expression {
    const node = this.number(this.comparison());
    if (this.peek().kind !== "end") this.refuseOperator(this.peek());
    return node.expression;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  /** The next token if it is one of `symbols`, which is then read. */
  private take(...symbols: string[]): Token | null {
    const token = this.peek();
    if (token.kind !== "symbol" || !symbols.includes(token.text)) return null;
    this.at++;
    return token;
  }

  private refuse(place: { start: number; end: number }, message: string): never {
    throw new FormulaError(place.start, place.end, message);
  }

  private node(expression: Expression, start: number, end: number, ...parts: Node[]): Node {
    const height = parts.length === 0 ? 0 : 1 + Math.max(...parts.map((part) => part.height));
    const size = parts.reduce((sum, part) => sum + part.size, 1);
    if (height > DEEPEST || size > LARGEST)
      this.refuse({ start, end }, `too large: at most ${DEEPEST} levels deep and ${LARGEST} operations`);
    return { expression, start, end, height, size };
  }

  private binary(operation: string, a: Node, b: Node): Node {
    return this.node(apply(operation, this.number(a).expression, this.number(b).expression), a.start, b.end, a, b);
  }

  /** The node itself, unless it is a comparison, which is no number. */
  private number(node: Node): Node {
    if (!isComparison(node)) return node;
    this.refuse(node, "a comparison stands only as the first argument of where(condition, then, else)");
  }

  /** `a < b`, or what may stand on one of its sides. */
  private comparison(): Node {
    const left = this.sum();
    const sign = this.take(...COMPARISONS);
    if (sign === null) return left;
    const compared = this.binary(sign.text, left, this.sum());
    const second = this.take(...COMPARISONS);
    if (second !== null) this.refuse(second, `where needs one comparison first, ${EXAMPLE}; this is a second one`);
    // The comparison is part of where's own level, as Python's parser counts.
    return { ...compared, height: compared.height - 1, size: compared.size - 1 };
  }

  private sum(): Node {
    let left = this.product();
    for (let sign = this.take("+", "-"); sign !== null; sign = this.take("+", "-")) {
      left = this.binary(sign.text, left, this.product());
    }
    return left;
  }

  private product(): Node {
    let left = this.signed();
    for (let sign = this.take("*", "/"); sign !== null; sign = this.take("*", "/")) {
      left = this.binary(sign.text, left, this.signed());
    }
    return left;
  }

  private signed(): Node {
    const sign = this.take("+", "-");
    if (sign === null) return this.power();
    const inner = this.number(this.signed());
    let { expression } = inner;
    if (sign.text === "-") {
      expression = expression.kind === "number" ? number(-expression.value) : apply("neg", expression);
    }
    return this.node(expression, sign.start, inner.end, inner);
  }

  private power(): Node {
    const base = this.atom();
    return this.take("**") === null ? base : this.binary("**", base, this.signed());
  }

  private atom(): Node {
    const token = this.peek();
    this.at++;
    if (token.kind === "number") return this.node(number(token.value), token.start, token.end);
    if (token.kind === "name") return this.named(token);
    if (token.kind === "symbol" && token.text === "(") {
      const inner = this.comparison();
      return { ...inner, start: token.start, end: this.close().end };
    }
    this.at--;
    return this.refuseOperand(token);
  }

  private close(): Token {
    const token = this.take(")");
    return token ?? this.refuseOperator(this.peek());
  }

  private named(token: Token): Node {
    const { text } = token;
    if (KEYWORDS.has(text)) this.refuse(token, `${KEYWORDS.get(text)} is outside the language; ${ALLOWED}`);
    if (this.peek().text === "(" && this.peek().kind === "symbol") return this.call(token);
    if (this.functions.has(text) && !this.names.includes(text)) {
      const argument = this.peek().kind === "name" || this.peek().kind === "number" ? this.peek().text : "…";
      this.refuse(token, `${text} is a function; write ${text}(${argument})`);
    }
    const constant = CONSTANTS.get(text);
    if (constant !== undefined) return this.node(number(constant), token.start, token.end);
    if (this.names.includes(text)) return this.node(name(text), token.start, token.end);
    const next = this.peek();
    if (next.text === "=") this.refuse({ start: token.start, end: next.end }, CHARACTERS.get("=")!);
    const known = `unknown name '${text}'; known here: ${[...this.names].sort().join(", ")}`;
    this.refuse(token, `${known}${this.meant(text)}`);
  }

  /** A guess at what an unknown word was to be. */
  private meant(text: string): string {
    if (SYNONYMS.has(text)) return `; write ${SYNONYMS.get(text)}`;
    const letters = [...text];
    if (letters.length < 4 && letters.every((letter) => this.names.includes(letter)))
      return `; write ${letters.join("*")}`;
    const close = nearest(text, [...this.names, ...this.functions.keys(), ...CONSTANTS.keys()]);
    return close === null ? "" : `; did you mean ${close}?`;
  }

  private call(token: Token): Node {
    const wanted = token.text === "tan" ? 1 : this.functions.get(token.text);
    if (wanted === undefined) {
      const product = this.names.includes(token.text) || CONSTANTS.has(token.text);
      const guess = product ? `; for a product write ${token.text}*(…)` : this.meant(token.text) || `; ${ALLOWED}`;
      this.refuse(token, `unknown function '${token.text}'${guess}`);
    }
    this.at++; // (
    const list: Node[] = [];
    while (this.peek().text !== ")") {
      const argument = this.comparison();
      list.push(token.text === "where" && list.length === 0 ? argument : this.number(argument));
      if (this.take(",") === null) break;
    }
    const { end } = this.close();
    if (list.length !== wanted) {
      const plural = wanted === 1 ? "argument" : "arguments";
      this.refuse({ start: token.start, end }, `${token.text} takes ${wanted} ${plural}, not ${list.length}`);
    }
    if (token.text === "where" && !isComparison(list[0]!)) {
      this.refuse(list[0]!, `where needs one comparison first, ${EXAMPLE}`);
    }
    if (token.text === "tan") return this.tangent(list[0]!, token.start, end);
    return this.node(apply(token.text, ...list.map((part) => part.expression)), token.start, end, ...list);
  }

  /** tan, which is a quotient in the language. */
  private tangent(of: Node, start: number, end: number): Node {
    const [sine, cosine] = ["sin", "cos"].map((name) => this.node(apply(name, of.expression), start, end, of));
    return this.node(apply("/", sine!.expression, cosine!.expression), start, end, sine!, cosine!);
  }

  /** Says what is wrong with a token where a number, a name or a bracket should begin. */
  private refuseOperand(token: Token): never {
    const before = this.tokens[this.at - 1];
    if (token.kind === "end")
      this.refuse(token, "syntax error: the formula ends here, where a number or a name should follow");
    if (token.text === "*" && before?.text === "**") this.refuse(token, "syntax error: *** is one * too many");
    if (token.text === "[") this.refuse(token, `a list [ ] is outside the language; ${ALLOWED}`);
    if (token.text === "{") this.refuse(token, `a set { } is outside the language; ${ALLOWED}`);
    if (token.text === ".") this.refuse(token, `an attribute (a dot) is outside the language; ${ALLOWED}`);
    const hint = CHARACTERS.get(token.text);
    if (hint !== undefined && token.text !== ",") this.refuse(token, hint);
    this.refuse(token, `syntax error: a number or a name should stand here, before ${token.text}`);
  }

  /** Says what is wrong with a token where an operator or the end should be. */
  private refuseOperator(token: Token): never {
    if (token.kind === "end") this.refuse(token, "syntax error: a bracket is not closed");
    if (token.kind === "name" && KEYWORDS.has(token.text)) {
      this.refuse(token, `${KEYWORDS.get(token.text)} is outside the language; ${ALLOWED}`);
    }
    if (token.kind !== "symbol" || token.text === "(") {
      this.refuse(token, "syntax error: an operator is missing here; a product is written with *, as in 2*x");
    }
    if (token.text === ".") this.refuse(token, `an attribute (a dot) is outside the language; ${ALLOWED}`);
    if (token.text === "[") this.refuse(token, `an index [ ] is outside the language; ${ALLOWED}`);
    this.refuse(token, CHARACTERS.get(token.text) ?? `${token.text} is outside the language; ${ALLOWED}`);
  }

  /** Bounds the nesting before anything recurses, and finds a bracket closed too many. */
  private checkBrackets(): void {
    const open: Token[] = [];
    for (const token of this.tokens) {
      if (token.kind !== "symbol") continue;
      if ("([{".includes(token.text)) open.push(token);
      if (open.length > DEEPEST) this.refuse(token, `brackets nest deeper than ${DEEPEST}`);
      if (")]}".includes(token.text) && open.pop() === undefined) {
        this.refuse(token, `syntax error: unmatched '${token.text}'`);
      }
    }
    const unclosed = open.pop();
    if (unclosed !== undefined) this.refuse(unclosed, `syntax error: '${unclosed.text}' was never closed`);
  }
}
