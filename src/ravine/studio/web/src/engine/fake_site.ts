// For unit tests in Node: a small RAVINE of the shape that static/rules.js has.
const range = { low: 0, high: 1, holdsLow: true, holdsHigh: false, meaning: "", symbol: "" };
const lr = { name: "lr", default: 0.001, ...range, high: Infinity, holdsLow: false };
const beta2 = { name: "beta2", default: 0.999, ...range };

function rule(name: string, hyperparameters: Record<string, Hyperparameter>): RuleFacts {
  return {
    name,
    title: name,
    family: name.split("+")[0],
    main: !name.includes("+"),
    hyperparameters,
    lines: [{ name: "m" }, { name: "step" }],
  } as unknown as RuleFacts;
}

const named = ["sgd", "momentum", "adam+l2", ...Array.from({ length: 12 }, (_, i) => `rule${i}`)];
const rules = Object.fromEntries(named.map((name) => [name, rule(name, { lr })]));
rules.adam = rule("adam", { lr, beta2 });
rules["adam+l2"] = rule("adam+l2", { lr, beta2 });

const schedules = {
  constant: { name: "constant", title: "", factor: () => 1 },
  cosine: {
    name: "cosine",
    title: "",
    factor: (t: number, n: number) => (1 + Math.cos((Math.PI * (t - 1)) / n)) / 2,
  },
};

const bowl = {
  name: "bowl",
  title: "Bowl",
  domain: { x: [-2, 2], y: [-2, 2] },
  minima: [[0, 0]],
  parameters: {},
  value: (x: number, y: number) => x * x + y * y,
};
const landscapes = {
  bowl,
  ravine: {
    ...bowl,
    name: "ravine",
    title: "Ravine",
    parameters: { condition: 20 },
    value: (x: number, y: number, condition: number) => x * x + condition * y * y,
  },
};

Object.assign(globalThis, { RAVINE: { rules, schedules, landscapes, rates: [1e-4, 50] } });
