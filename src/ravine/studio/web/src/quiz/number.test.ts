import assert from "node:assert/strict";
import { test } from "node:test";
import { near, parseNumber, written } from "./number";

test("numbers are read as people write them", () => {
  for (const text of ["0.05", " 0.05 ", "0,05", ".05", "5e-2", "5E-2"]) assert.equal(parseNumber(text), 0.05, text);
  assert.equal(parseNumber("−2"), -2);
  for (const text of ["", " ", "x", "1/2", "0.05 s", "Infinity", "1,000.5"]) assert.equal(parseNumber(text), null, text);
});

test("an answer may be off by a share of the key", () => {
  assert.ok(near(0.0316, 0.0316227766, 0.02));
  assert.ok(near(0.032, 0.0316227766, 0.02));
  assert.ok(!near(0.03, 0.0316227766, 0.02));
  assert.ok(!near(0.001, 0, 0.02));
});

test("numbers are written to three digits", () => {
  assert.deepEqual([0.1000000001, 3.16227766, 1000, 0.000316].map(written), ["0.1", "3.16", "1000", "0.000316"]);
});
