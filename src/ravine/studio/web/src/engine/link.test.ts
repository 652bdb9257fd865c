import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "./link";
import { defaults, write } from "./state";
import "./fake_site";

const read = (query: string) => parse(new URLSearchParams(query));

const FULL =
  "landscape=ravine&landscape.condition=50&rules=sgd,adam%2Bl2&sgd.lr=0.1&adam%2Bl2.beta2=0.99&start=-1.5,0.25" +
  "&steps=120&noise=0.5&seed=7&schedule=cosine&step=40&view=surface&log=0&hide=player,share&anatomy=sgd&map=rates" +
  "&map.rule=adam%2Bl2&map.against=beta2";

test("a full state goes to a link and back", () => {
  const { state, refused } = read(FULL);
  assert.deepEqual(refused, []);
  assert.equal(write(state), FULL);
  assert.deepEqual(parse(new URLSearchParams(write(state))).state, state);
});

test("the empty link is the default, and the default's link is short", () => {
  assert.deepEqual(read("").state, defaults());
  assert.equal(write(defaults()), "landscape=ravine&rules=sgd,momentum,adam");
});

test("a formula keeps its signs and its domain", () => {
  const { state } = read("formula=x**2%2By**2&domain=-1,1,-3,3&rules=sgd");
  assert.equal(state.landscape, "formula");
  assert.equal(state.formula, "x**2+y**2");
  assert.deepEqual(read(write(state)).state, state);
});

test("a plus that was read as a space still names a rule with weight decay", () => {
  assert.deepEqual(read("rules=adam+l2&adam+l2.lr=0.1").state.rules, ["adam+l2"]);
  assert.deepEqual(read("rules=adam+l2&adam+l2.lr=0.1").state.settings, { "adam+l2": { lr: 0.1 } });
});

const MALFORMED: Record<string, string> = {
  landscape: "nowhere",
  rules: "sgd,nobody",
  "sgd.lr": "-1",
  "sgd.beta": "0.5",
  "nobody.lr": "0.1",
  "sgd.lr.lr": "1",
  "landscape.height": "3",
  start: "1;2",
  steps: "1e9",
  step: "-1",
  noise: "-2",
  seed: "0.5",
  schedule: "never",
  view: "4d",
  log: "yes",
  hide: "everything",
  map: "treasure",
  anatomy: "frog",
  "map.rule": "frog",
  "map.against": "<b>",
  domain: "1,0,0,1",
  formula: "",
  ["__proto__"]: "1",
  constructor: "1",
  unknown: "1",
};

for (const [key, value] of Object.entries(MALFORMED)) {
  test(`a malformed ${key} is left out, and named`, () => {
    const { state, refused } = parse(new URLSearchParams([[key, value]]));
    assert.equal(refused.length, 1);
    assert.match(refused[0]!, /is left out: .+\.$/);
    if (key !== "rules") assert.deepEqual(state, defaults());
  });
}

test("a link's numbers are read as those of a field are", () => {
  for (const value of ["0x10", "Infinity", "NaN", "", " ", "1,500", "1e999", "one", "-1"]) {
    assert.equal(read(`sgd.lr=${value}`).refused.length, 1, value);
  }
  assert.deepEqual(read("sgd.lr=0,5").state.settings, { sgd: { lr: 0.5 } });
});

test("what a field refuses is refused in a link, whichever key comes first", () => {
  const misfits = [
    "landscape=formula",
    "domain=-1,1,-1,1&landscape=bowl",
    "landscape.condition=-5&landscape=ravine",
    "landscape=ravine&landscape.condition=-5",
    "landscape=bowl&landscape.condition=5",
    "start=3,0&landscape=bowl",
    "formula=x*y&landscape.condition=5",
    "formula=x*y&domain=-1e308,1,0,1",
    "formula=x*y&domain=0,1e-12,0,1",
    "formula=x*y&domain=5,1,0,1",
    "step=201",
    "step=50&steps=20",
    "anatomy=adam&rules=sgd",
    "map.against=beta2&rules=sgd",
    "map.against=lr",
    "map.rule=adam&map.against=momentum",
  ];
  for (const query of misfits) {
    const { state, refused } = read(query);
    assert.equal(refused.length, 1, query);
    assert.deepEqual([state.shape, state.start, state.domain], [{}, null, null], query);
    assert.deepEqual([state.step, state.anatomy, state.mapAgainst], [null, null, null], query);
  }
});

const KEYS = [
  ...["landscape", "formula", "domain", "rules", "sgd.lr", "adam.beta2", "adam+l2.lr", "landscape.condition", "start"],
  ...["steps", "noise", "seed", "schedule", "step", "view", "log", "hide", "anatomy", "map", "map.rule", "map.against"],
];
const HOSTILE = [
  ...["", " ", "0", "-0", "-1", "0.5", "1", "1.5", "5001", "1e9", "1e999", "-1e308", "1e-320", "NaN", "Infinity", "0x10"],
  ...["1,5", "1,500", "1,2,3,4", "4,3,2,1", "0,1e-300,0,1", "1e308,-1e308", ",", ",,,", "a,b", "1;2", "25 %", "1/4", "−1"],
  ...["null", "undefined", "constructor", "__proto__", "toString", "sgd", "adam", "adam+l2", "momentum", "lr", "beta2"],
  ...["<b>", "%00", "\u0000", "💥", "x".repeat(2000), "basin", "surface", "formula", "bowl", "ravine", "player,share"],
];

test("whatever stands in a link, what is taken is what a field would take, and the rest is named", () => {
  for (const context of ["", "landscape=ravine", "landscape=bowl", "formula=x*y", "rules=", "steps=10"]) {
    for (const key of KEYS) {
      for (const value of HOSTILE) {
        const query = new URLSearchParams(context);
        query.set(key, value);
        const { state, refused } = parse(query);
        const where = `${query}`;
        assert.ok(refused.length <= 2, where);
        // Nothing that was taken is refused when it is written and read again, and nothing is lost on the way.
        const again = parse(new URLSearchParams(write(state)));
        assert.deepEqual(again.refused, [], where);
        assert.equal(write(again.state), write(state), where);
        const numbers = [state.steps, state.noise, state.seed, ...(state.start ?? []), ...Object.values(state.shape)];
        assert.ok(numbers.every(Number.isFinite), where);
        assert.ok(Number.isInteger(state.steps) && state.steps >= 1 && state.steps <= 5000, where);
        assert.ok(state.step === null || state.step <= state.steps, where);
        // What left no trace was named, unless it is how things are anyway.
        const without = new URLSearchParams(context);
        if (refused.length === 0 && write(state) === write(parse(without).state)) {
          const idle = /^(sgd|adam|adam\+l2)\./.test(key) && !state.rules.includes(key.split(".")[0]!);
          const usual = /^(landscape=(ravine|bowl|formula)|log=1|(noise|seed)=-?0|(hide|rules)=,*)$/;
          assert.ok(idle || usual.test(`${key}=${value}`), where);
        }
      }
    }
  }
});

test("more rules than can be told apart are cut off", () => {
  const { state } = read(`rules=${Object.keys(RAVINE.rules).join(",")}`);
  assert.equal(state.rules.length, 12);
});
