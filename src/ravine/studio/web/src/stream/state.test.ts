import assert from "node:assert/strict";
import test from "node:test";
import "../engine/fake_site";
import { read, write } from "./state";

const KEYS = ["stream", "gradients", "scale", "project", "show", "rules", "steps", "seed", "step", "sgd.lr", "adam.beta2"];
const FOREIGN = ["landscape", "start", "noise", "view", "hide", "map.rule", "landscape.condition", "constructor", "__proto__"];
const HOSTILE = [
  ...["", " ", "0", "-1", "0.5", "2001", "1e9", "1e999", "NaN", "Infinity", "0x10", ",", "a,b", "1;2", "1,2,3", "2,1"],
  ...["null", "constructor", "__proto__", "toString", "sgd", "own", "m", "v_hat", "<b>", "%00", "💥", "1,".repeat(300)],
];

const BESIDE: Record<string, string> = { stream: "own", rules: "sgd,adam" };

test("whatever stands in a stream's link, what is taken is well-formed, and the rest is named", () => {
  for (const key of KEYS) {
    for (const value of HOSTILE) {
      const { state, refused } = read(new URLSearchParams({ ...BESIDE, [key]: value }));
      const { [key]: _, ...rest } = BESIDE;
      const where = `${key}=${value}`;
      const again = read(new URLSearchParams(write(state)));
      assert.deepEqual(again.refused, [], where);
      assert.deepEqual(again.state, state, where);
      assert.ok(refused.length <= 1, where);
      const untouched = write(state) === write(read(new URLSearchParams(rest)).state);
      assert.equal(untouched, refused.length === 1 || where === "seed=0", where);
    }
  }
});

test("what a stream has not is named", () => {
  for (const key of FOREIGN) assert.equal(read(new URLSearchParams([[key, "1"]])).refused.length, 1, key);
});
