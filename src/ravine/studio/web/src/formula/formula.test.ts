import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, type Formula } from "./formula";
import { digits, toMathml } from "./mathml";
import { findMinima } from "./minima";

function read(text: string): Formula {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.mistake.message}`);
  return parsed.formula;
}

/** What is said of a text, with the part of it that is pointed at. */
function refuse(text: string): [string, string] {
  const parsed = parse(text);
  assert.ok(!parsed.ok, `${text} was read`);
  const { message, start, end } = parsed.mistake;
  return [message, text.slice(start, end)];
}

test("precedence and spelling are Python's", () => {
  const cases: [string, number][] = [
    ["-x**2", -4],
    ["2**3**2", 512],
    ["x - 1 - 1", 0],
    ["x / 2 / 2", 0.5],
    ["2**-x", 0.25],
    ["--x", 2],
    ["\n x\n+ 1 # one\n", 3],
    ["1e3 + .5", 1000.5],
    ["1_000 + 0x10", 1016],
    ["where((x > 1), 10, 20,)", 10],
    ["maximum(x, 3) + minimum(x, 3)", 5],
    ["floor(-x / 3) + floor(x)", 1],
  ];
  for (const [text, value] of cases) assert.equal(read(text).value(2, 0), value, text);
});

test("derivatives are exact", () => {
  assert.deepEqual(read("x**3 * y + sin(y)").gradient(2, 0), [0, 9]);
  assert.deepEqual(read("where(x > 0, x**2, -x)").gradient(-1, 0), [-1, 0]);
  assert.deepEqual(read("maximum(x, y)").gradient(1, 1), [1, 0]);
  assert.deepEqual(read("x * floor(y)").gradient(0.5, 2.5), [2, 0]);
});

test("a cone has no slope at its tip", () => {
  assert.deepEqual(read("sqrt(x**2 + y**2)").gradient(0, 0), [0, 0]);
  assert.deepEqual(read("abs(x)").gradient(0, 0), [0, 0]);
});

test("what is certain is read as it is meant", () => {
  const cases: [string, string][] = [
    ["x^2 − 3y", "x**2 - 3 * y"],
    ["2π·x²(y + 1)", "2 * pi * x**2 * (y + 1)"],
    ["tan(x)^2", "(sin(x) / cos(x))**2"],
    ["2√(x) + ln(y)", "2 * sqrt(x) + log(y)"],
  ];
  for (const [typed, meant] of cases) assert.equal(read(typed).python, meant);
});

test("a mistake is pointed at, with what to write instead", () => {
  const cases: [string, string, RegExp][] = [
    ["sin x", "sin", /write sin\(x\)/],
    ["x² + 2(x + z)", "z", /unknown name 'z'/],
    ["1/2x", "x", /two ways: write \* for the product, and brackets around what is divided by/],
    ["x^2y", "y", /two ways: write \* for the product, and brackets around the exponent/],
    ["x^y²", "²", /two ways: put one of the powers in brackets/],
    ["√x", "√", /write sqrt/],
    ["2max(x)", "max(x)", /2 arguments, not 1/],
    ["x(y + 1)", "x", /write x\*\(…\)/],
    ["xy + 1", "xy", /write x\*y/],
    ["sqr(x)", "sqr", /did you mean sqrt/],
    ["x + z", "z", /unknown name 'z'; known here: x, y/],
    ["f = x", "f =", /write the formula alone/],
    ["x + (y * 2", "(", /never closed/],
    ["x) + 1", ")", /unmatched/],
    ["x +", "", /ends here/],
    ["3,5 * x", ",", /decimal point is a dot/],
    ["maximum(x)", "maximum(x)", /2 arguments, not 1/],
    ["|x|", "|", /abs/],
    ["1 < x", "1 < x", /first argument of where/],
  ];
  for (const [text, place, message] of cases) {
    const [said, pointed] = refuse(text);
    assert.equal(pointed, place, `${text}: ${said}`);
    assert.match(said, message);
  }
});

test("what an object of JavaScript has of its own is an unknown name, like any other", () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    const [message, where] = refuse(name);
    assert.match(message, /^unknown name '\w+'; known here: x, y/);
    assert.equal(where, name);
    assert.match(refuse(`${name}(x)`)[0], /^unknown function '\w+'/);
    assert.match(refuse(`x ${name} y`)[0], /^(syntax error|unknown name)/);
  }
});

test("no text hangs the page", () => {
  for (const text of [
    "(".repeat(999),
    "where((".repeat(30),
    "-".repeat(999),
    `${"x**".repeat(300)}x`,
    `${"x+".repeat(499)}x`,
  ]) {
    refuse(text);
  }
  read(`${"sin(".repeat(59)}x${")".repeat(59)}`).gradient(1, 1);
});

test("what is written out is read back as the same", () => {
  for (const text of [
    "-(x**2)",
    "(-x)**2",
    "x - (y - 1)",
    "2**-x",
    "x / (y * 2)",
    "-(-3)",
    "where(x <= y, 1e-300, pi)",
    "-0.0 * x",
  ]) {
    const formula = read(text);
    const again = read(formula.python);
    assert.deepEqual(again.expression, formula.expression, `${text} → ${formula.python}`);
  }
});

test("GLSL computes equal parts once, with every number a float", () => {
  const { glsl, glslGradient } = read("exp(x*y) + 2*exp(x*y)");
  assert.equal(glsl.match(/exp\(/g)?.length, 1);
  assert.match(glsl, /2\.0 \* r/);
  assert.match(glslGradient, /^vec2 formula_gradient\(float x, float y\) \{/);
});

test("minima of an own formula are found, at kinks too", () => {
  const minima = (text: string) => findMinima(read(text), { x: [-2, 2], y: [-2, 2] });
  assert.deepEqual(minima("x**2 - y**2"), []);
  assert.deepEqual(minima("3"), []);
  assert.deepEqual(minima("floor(2*x) + y**2"), [], "the floor of a trench is no single place");
  assert.deepEqual(minima("exp(1000*x)"), []);
  const wells = minima("(x**2 - 1)**2 + (y - 0.3)**2").sort((a, b) => a[0] - b[0]);
  assert.equal(wells.length, 2);
  for (const [i, [x, y]] of wells.entries()) assert.ok(Math.hypot(x - [-1, 1][i]!, y - 0.3) < 1e-9, `${x}, ${y}`);
  const [tip] = minima("abs(x - 0.123) + abs(y)");
  assert.ok(tip !== undefined && Math.hypot(tip[0] - 0.123, tip[1]) < 1e-6);
});

test("MathML puts a negative number in brackets where it is multiplied", () => {
  const product = read("2*x**2").expression;
  assert.equal(toMathml(product, () => digits(-3)).match(/<mo>\(/g)?.length, 1);
  assert.doesNotMatch(
    toMathml(product, () => digits(3)),
    /<mo>\(/,
  );
  assert.match(digits(-1.2341e-7), /−<\/mo><mn>1.234<\/mn><mo>·<\/mo><msup><mn>10<\/mn><mn>−7/);
});
