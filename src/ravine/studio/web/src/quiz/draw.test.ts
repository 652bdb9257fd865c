import assert from "node:assert/strict";
import { test } from "node:test";
import { random, seedOf, spread } from "./draw";

const lessons = ["a", "b", "c", "d"];
const questions = lessons.flatMap((lesson) =>
  ["1", "2", "2", "3"].map((id, variant) => ({ lesson, name: `${lesson}/${id}`, variant })),
);

test("the same seed draws the same questions, another seed others", () => {
  assert.deepEqual(spread(questions, 5, random(7)), spread(questions, 5, random(7)));
  const draws = new Set([...Array(50).keys()].map((seed) => JSON.stringify(spread(questions, 5, random(seed)))));
  assert.ok(draws.size > 40);
});

test("a draw is spread over the lessons, in the order of the course, with no question twice", () => {
  for (let seed = 0; seed < 100; seed++) {
    const drawn = spread(questions, 10, random(seed));
    assert.equal(new Set(drawn.map((question) => question.name)).size, 10);
    const counts = lessons.map((lesson) => drawn.filter((question) => question.lesson === lesson).length);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, String(counts));
    assert.deepEqual(drawn, questions.filter((question) => drawn.includes(question)));
  }
});

test("fewer questions than wanted are all asked", () => {
  assert.equal(spread(questions.slice(0, 4), 10, random(1)).length, 3);
});

test("of a question with variants each is asked sometimes, one at a time", () => {
  const variants = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const asked = spread(questions.slice(0, 4), 5, random(seed));
    assert.equal(asked.length, 3);
    variants.add(asked[1]?.variant ?? -1);
  }
  assert.deepEqual([...variants].sort(), [1, 2]);
});

test("numbers are spread evenly over [0, 1)", () => {
  const next = random(123);
  const tenths = Array<number>(10).fill(0);
  for (let count = 0; count < 10000; count++) tenths[Math.floor(next() * 10)]! += 1;
  assert.ok(tenths.every((count) => count > 850 && count < 1150), String(tenths));
});

test("a seed is read from the fragment, and anything else is not one", () => {
  assert.equal(seedOf("#seed=7"), 7);
  assert.equal(seedOf(""), null);
  assert.equal(seedOf("#other=7"), null);
  for (const wrong of ["#seed=", "#seed=-1", "#seed=1e3", "#seed=7.5", "#seed=12345678901", "#seed=<b>"]) {
    assert.equal(seedOf(wrong), undefined, wrong);
  }
});
