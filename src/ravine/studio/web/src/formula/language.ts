// The words of the language, as in ravine/equations/language.py, and what people write for them elsewhere.

/** Each function with its number of arguments. */
export const FUNCTIONS = new Map<string, number>([
  ["sqrt", 1],
  ["abs", 1],
  ["exp", 1],
  ["log", 1],
  ["sin", 1],
  ["cos", 1],
  ["tanh", 1],
  ["erf", 1],
  ["erfc", 1],
  ["expm1", 1],
  ["log1p", 1],
  ["sign", 1],
  ["floor", 1],
  ["maximum", 2],
  ["minimum", 2],
  ["where", 3],
]);

/** Of all numbers of a tensor together, in the lines of rules alone: one number. */
export const OVER_TENSORS = new Map(["norm", "mean", "sum", "max", "rows", "columns"].map((name) => [name, 1]));

export const COMPARISONS = new Set(["<", "<=", ">", ">=", "==", "!="]);

export const CONSTANTS = new Map<string, number>([["pi", Math.PI]]);

export const ALLOWED = `allowed: + - * / **, numbers, names and ${[...FUNCTIONS.keys()].join(", ")}`;

export const LONGEST = 1000; // characters
export const DEEPEST = 60; // nested operations
export const LARGEST = 2000; // operations, numbers and names

// Maps, since a name of an object's own (constructor) is no word of theirs.

/** What a character of a textbook or a keyboard is here. */
export const CHARACTERS = new Map<string, string>(
  Object.entries({
    "√": "write sqrt(…) for √",
    "∞": "there is no infinity here; write a number",
    "|": "write abs(…) for |…|",
    ",": "a comma stands only between the arguments of a function; a decimal point is a dot, as in 0.5",
    "=": "= is not needed; write the formula alone, as in x**2 - y**2",
    "!": "there is no factorial here",
  }),
);

/** What a name of another language, or of another variable, is here. */
export const SYNONYMS = new Map<string, string>(
  Object.entries({
    Pi: "pi",
    PI: "pi",
    e: "exp(1)",
    E: "exp(1)",
    lg: "log(…)/log(10)",
    log10: "log(…)/log(10)",
    log2: "log(…)/log(2)",
    pow: "x**2",
    power: "x**2",
    square: "x**2",
    root: "sqrt(…)",
    wurzel: "sqrt(…)",
    Math: "the function alone, as in sin(x)",
    math: "the function alone, as in sin(x)",
    np: "the function alone, as in sin(x)",
    numpy: "the function alone, as in sin(x)",
  }),
);

const CONSTANT = "this constant";

/** Python's keywords, which are no names, with what Ravine calls what they begin. */
export const KEYWORDS = new Map<string, string>(
  Object.entries({
    True: CONSTANT,
    False: CONSTANT,
    None: CONSTANT,
    lambda: "a lambda",
    if: "if … else (use where)",
    else: "if … else (use where)",
    elif: "if … else (use where)",
    and: "and/or",
    or: "and/or",
    not: "not",
    for: "a loop",
    while: "a loop",
  }),
);
for (const word of (
  "as assert async await break class continue def del except finally from global import in is nonlocal pass raise " +
  "return try with yield"
).split(" ")) {
  KEYWORDS.set(word, word);
}
