import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../quiz/draw";
import type { Drawn, Progress } from "../site/progress";
import type { Api } from "./api";
import { isComplete, scoreOf, Session, span } from "./session";
import { MOST, resume, suspend } from "./suspended";

const EMPTY: Progress = { forgotten: 0, visited: [], done: [], scores: {}, drawn: {} };
const COURSE = { lessons: ["a", "b"], quizzes: ["a", "b", "final"] };

function platform(kept: Record<string, string> = {}): Api & { kept: Record<string, string>; calls: string[] } {
  const calls: string[] = [];
  const answer = (name: string) => () => (calls.push(name), "true");
  return {
    kept,
    calls,
    LMSInitialize: answer("initialize"),
    LMSFinish: answer("finish"),
    LMSCommit: answer("commit"),
    LMSGetValue: (name) => kept[name] ?? "",
    LMSSetValue: (name, value) => ((kept[name] = value), "true"),
    LMSGetLastError: () => "0",
  };
}

test("progress comes back from what was suspended", () => {
  const draw = random(1);
  for (let round = 0; round < 200; round++) {
    const some = <T>(make: (n: number) => T) => Array.from({ length: Math.floor(4 * draw()) }, (_, n) => make(n));
    const line = (): Drawn => ({ at: Math.floor(1e12 * draw()), line: some(() => Math.round(1000 * draw()) / 1000) });
    const progress: Progress = {
      forgotten: Math.floor(3 * draw()),
      visited: some((n) => `lesson-${n}`),
      done: some((n) => `lesson-${n}#widget-${n}`),
      scores: Object.fromEntries(some((n) => [`lesson-${n}`, { right: n, of: n + 1 }])),
      drawn: Object.fromEntries(some((n) => [`lesson-${n}#widget-9`, line()])),
    };
    assert.deepEqual(resume(suspend(progress)), progress);
  }
});

test("what is suspended fits, and what is no progress is none", () => {
  const names = Array.from({ length: 60 }, (_, n) => `a-lesson-with-a-long-name-${n}`);
  const line = Array.from({ length: 20 }, (_, n) => n / 20);
  const full: Progress = {
    ...EMPTY,
    visited: names.slice(0, 30),
    done: names.slice(0, 30).flatMap((name) => [`${name}#widget-1`, `${name}#widget-2`]),
    drawn: Object.fromEntries(names.map((name, at) => [`${name}#widget-1`, { at, line }])),
  };
  const back = resume(suspend(full));
  assert.ok(suspend(full).length <= MOST);
  assert.deepEqual(back.visited, full.visited);
  assert.deepEqual(back.done, full.done);
  const newest = Object.keys(back.drawn).map((name) => full.drawn[name]!.at);
  assert.ok(newest.length > 0 && newest.length < 60 && Math.min(...newest) === 60 - newest.length);
  const endless: Progress = { ...full, visited: Array.from({ length: 500 }, (_, n) => `lesson-${n}`) };
  assert.ok(suspend(endless).length <= MOST);
  for (const text of ["", "{", "3", "[]", '{"v": 3, "s": {"a": 1}, "l": {"b": [1, 2]}, "d": {"c": "x"}}']) assert.deepEqual(resume(text), EMPTY);
});

test("there is no score before anything is begun, then 0, then the mean of all quizzes", () => {
  assert.equal(scoreOf(EMPTY, COURSE), null);
  assert.equal(scoreOf({ ...EMPTY, visited: ["a"] }, COURSE), 0);
  const scores = { a: { right: 1, of: 2 }, final: { right: 8, of: 10 } };
  assert.equal(scoreOf({ ...EMPTY, visited: ["a"], scores }, COURSE), 43.33);
  assert.equal(isComplete({ ...EMPTY, visited: ["a"], scores }, COURSE), false);
  assert.equal(isComplete({ ...EMPTY, visited: ["a", "b", "x"], scores }, COURSE), true);
});

test("a session that nothing is done in says so, and ends once", () => {
  const api = platform();
  let now = 0;
  const session = new Session(api, COURSE, () => now);
  session.visit("index.html");
  now = 3_725_340;
  session.finish();
  session.finish();
  session.store.setItem("", JSON.stringify({ ...EMPTY, visited: ["a"] }));
  assert.deepEqual(api.kept, {
    "cmi.core.lesson_status": "incomplete",
    "cmi.core.lesson_location": "index.html",
    "cmi.core.session_time": "0001:02:05.34",
    "cmi.core.exit": "suspend",
  });
  assert.deepEqual(api.calls, ["initialize", "commit", "commit", "finish"]);
  assert.ok(session.taken);
});

test("a review changes neither score nor status nor progress", () => {
  const kept = { "cmi.core.lesson_mode": "review", "cmi.core.lesson_status": "completed", "cmi.core.score.raw": "90" };
  const api = platform({ ...kept });
  const session = new Session(api, COURSE);
  session.store.setItem("", JSON.stringify({ ...EMPTY, visited: ["a"] }));
  assert.deepEqual(api.kept, kept);
  assert.equal(session.store.getItem(""), JSON.stringify({ ...EMPTY, visited: ["a"] }));
});

test("a location is a page of this site, or none", () => {
  const of = (kept: string) => new Session(platform({ "cmi.core.lesson_location": kept }), COURSE).location;
  for (const page of ["index.html", "lessons/adam.html#bias", "playground.html#rules=sgd,adam&adam.lr=0.1"]) assert.equal(of(page), page);
  for (const no of ["", "javascript:alert(1)", "../x.html", "//evil.org/x.html", "https://evil.org/x.html", "a b.html", "/x.html"]) assert.equal(of(no), null);
});

test("a platform that refuses is noticed", () => {
  const session = new Session({ ...platform(), LMSSetValue: () => "false" }, COURSE);
  assert.equal(session.taken, false);
});

test("spans are written as SCORM has them", () => {
  assert.equal(span(0), "0000:00:00.00");
  assert.equal(span(59_999), "0000:01:00.00");
  assert.equal(span(86_400_000), "0024:00:00.00");
});
