import assert from "node:assert/strict";
import { test } from "node:test";
import { near, written } from "./number";

test("an answer may be off by a share of the key", () => {
  assert.ok(near(0.0316, 0.0316227766, 0.02));
  assert.ok(near(0.032, 0.0316227766, 0.02));
  assert.ok(!near(0.03, 0.0316227766, 0.02));
  assert.ok(!near(0.001, 0, 0.02));
});

test("numbers are written to three digits", () => {
  assert.deepEqual([0.1000000001, 3.16227766, 1000, 0.000316].map(written), ["0.1", "3.16", "1000", "0.000316"]);
});
