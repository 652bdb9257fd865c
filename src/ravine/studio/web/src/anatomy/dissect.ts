// One step taken apart: every quantity of the rule in the order of its equation, with its numbers.
import { type Moment, parts } from "../engine/descent";
import type { Expression } from "../formula/expression";
import { FUNCTIONS, OVER_TENSORS } from "../formula/language";
import { digits, toMathml } from "../formula/mathml";
import { parseFormula } from "../formula/parse";
import { explain, type Words } from "./explain";
import { kindsOf, type Kind } from "./kinds";

export interface Part {
  name: string;
  symbol: string; // MathML
  formula: string; // MathML of the right-hand side
  kind: Kind;
  values: [number, number]; // for x and for y
  /** MathML of the right-hand side with the numbers put in, for x and for y. */
  filled: [string, string];
  caption: Words;
}

interface Reading {
  expressions: Expression[];
  kinds: Kind[];
  before: Map<string, Kind>;
}

const WORDS = new Map([...FUNCTIONS, ...OVER_TENSORS]);

const read = new WeakMap<RuleFacts, Reading>();

/** The rule's lines as expressions, with their kinds; read once. */
function reading(rule: RuleFacts): Reading {
  let found = read.get(rule);
  if (found === undefined) {
    const states = Object.keys(rule.state);
    const names = ["theta", ...rule.inputs, ...states, ...rule.keywords];
    const expressions = rule.lines.map(({ name, code }) => {
      const expression = parseFormula(code, names, WORDS);
      names.push(name);
      return expression;
    });
    const assigned = rule.lines.map(({ name }, i) => ({ name, expression: expressions[i]! }));
    const { lines, before } = kindsOf(assigned, ["theta", "g"], states);
    found = { expressions, kinds: lines, before };
    read.set(rule, found);
  }
  return found;
}

/** The gradient, and then every line; the last is the step. */
export function dissect(moment: Moment): Part[] {
  const { rule } = moment;
  const { expressions, kinds, before } = reading(rule);
  const values = parts(moment);
  const known: [Map<string, number>, Map<string, number>] = [numbersBefore(moment, 0), numbersBefore(moment, 1)];
  const kindOfName = new Map(before);
  const symbols = symbolsOf(rule);
  const old = new Set(Object.keys(rule.state));
  const list: Part[] = [gradient(moment)];
  rule.lines.forEach(({ name, symbol, expression: formula }, i) => {
    const expression = expressions[i]!;
    const filled = [0, 1].map((axis) => toMathml(expression, (id) => digits(known[axis]!.get(id)!))) as [
      string,
      string,
    ];
    const pair: [number, number] = [values[0][i]!, values[1][i]!];
    list.push({
      name,
      symbol,
      formula,
      kind: kinds[i]!,
      values: pair,
      filled,
      caption: explain({
        name,
        expression,
        isStep: i === rule.lines.length - 1,
        kinds: kindOfName,
        numbers: known[0],
        symbols,
        old,
      }),
    });
    kindOfName.set(name, kinds[i]!);
    symbols.set(name, symbol);
    old.delete(name);
    known.forEach((numbers, axis) => numbers.set(name, pair[axis]!));
  });
  return list;
}

function numbersBefore({ rule, t, theta, gradient, state, settings }: Moment, axis: 0 | 1): Map<string, number> {
  const states = Object.keys(rule.state).map((name, i) => [name, state[axis][i]!] as const);
  return new Map([...Object.entries(settings), ["t", t], ["theta", theta[axis]], ["g", gradient[axis]], ...states]);
}

/** Symbols of what a step begins with. A state has its line's: "old" is said in words. */
function symbolsOf({ hyperparameters, lines }: RuleFacts): Map<string, string> {
  const symbols = new Map<string, string>();
  for (const { name, symbol } of lines) symbols.set(name, symbol);
  for (const { name, symbol } of Object.values(hyperparameters)) symbols.set(name, symbol);
  for (const [name, letter] of [
    ["g", "g"],
    ["theta", "θ"],
    ["t", "t"],
  ] as const)
    symbols.set(name, `<math><mi>${letter}</mi></math>`);
  return symbols;
}

function gradient(moment: Moment): Part {
  const { rule, at, gradient } = moment;
  const [x, y] = at.map(digits);
  const slope = (letter: string) =>
    `<mrow><mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>${letter}</mi></mrow></mfrac>` +
    `<mo>(</mo>${x}<mo>,</mo>${y}<mo>)</mo></mrow>`;
  const place = rule.looksAhead
    ? "not where the parameter stands but where the rule looks, at the ring"
    : "where the parameter stands";
  return {
    name: "g",
    symbol: "<math><msub><mi>g</mi><mi>t</mi></msub></math>",
    formula: "<math><mrow><mo>∇</mo><mi>f</mi></mrow></math>",
    kind: "vector",
    values: [...gradient],
    filled: [slope("x"), slope("y")],
    caption: [`The slope of the landscape, ${place}. It points uphill.`],
  };
}
