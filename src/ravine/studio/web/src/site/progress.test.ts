import assert from "node:assert/strict";
import { test } from "node:test";
import { stateOf } from "./marks";
import { finishTask, forget, parse, read, recordScore, visit } from "./progress";

test("what is not a progress is an empty one", () => {
  const empty = { visited: [], done: [], scores: {} };
  for (const text of [null, "", "{", "null", "3", '"x"', "[]", '{"visited": 3, "scores": [1], "done": {}}']) {
    assert.deepEqual(parse(text), empty, String(text));
  }
});

test("what is well-formed is kept, and the rest left out", () => {
  const text = '{"visited": ["adam", 3], "scores": {"adam": {"right": 2, "of": 3}, "sgd": {"right": "2"}, "x": null}}';
  assert.deepEqual(parse(text), { visited: ["adam"], done: [], scores: { adam: { right: 2, of: 3 } } });
});

test("the best score of a quiz is kept, where the browser stores nothing, too", () => {
  forget();
  visit("adam");
  visit("adam");
  finishTask("adam#widget-1");
  recordScore("adam", 3, 4);
  recordScore("adam", 1, 4);
  assert.deepEqual(read(), { visited: ["adam"], done: ["adam#widget-1"], scores: { adam: { right: 3, of: 4 } } });
  assert.equal(stateOf("adam", read()), "✓ Quiz 3/4");
  assert.equal(stateOf("sgd", read()), "");
  forget();
  assert.deepEqual(read().visited, []);
});
