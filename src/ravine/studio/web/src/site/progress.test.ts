import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../quiz/draw";
import { Memory, merge, parse, type Progress } from "./progress";

const EMPTY: Progress = { forgotten: 0, visited: [], done: [], scores: {}, drawn: {} };

test("what is not a progress is an empty one", () => {
  const broken = '{"visited": 3, "scores": [1], "done": {}, "forgotten": "x", "drawn": [[1]]}';
  for (const text of [null, "", "{", "null", "3", '"x"', "[]", broken]) assert.deepEqual(parse(text), EMPTY, String(text));
});

test("what is well-formed is kept, and the rest left out", () => {
  const scores = '{"adam": {"right": 2, "of": 3, "x": 1}, "sgd": {"right": "2"}, "x": null, "y": {"right": 4, "of": 3}}';
  const drawn = '{"a#1": {"at": 5, "line": [0, 0.5, 1]}, "b#1": {"at": 5, "line": [2]}, "c#1": {"line": [1]}, "d#1": null}';
  const text = `{"visited": ["adam", 3], "scores": ${scores}, "drawn": ${drawn}}`;
  const good = { visited: ["adam"], scores: { adam: { right: 2, of: 3 } }, drawn: { "a#1": { at: 5, line: [0, 0.5, 1] } } };
  assert.deepEqual(parse(text), { ...EMPTY, ...good });
});

test("the best score of a quiz is kept, where the browser stores nothing, too", () => {
  const memory = new Memory(() => {
    throw new DOMException("no");
  });
  memory.visit("adam");
  memory.visit("adam");
  memory.finishTask("adam#widget-1");
  memory.recordScore("adam", 3, 4);
  memory.recordScore("adam", 1, 4);
  const known = { ...EMPTY, visited: ["adam"], done: ["adam#widget-1"], scores: { adam: { right: 3, of: 4 } } };
  assert.deepEqual(memory.read(), known);
  memory.forget();
  assert.deepEqual(memory.read(), { ...EMPTY, forgotten: 1 });
});

test("a store that was cleared is not filled again with what was in it", () => {
  let text: string | null = null;
  const memory = new Memory(() => ({ getItem: () => text, setItem: (_, value) => (text = value) }));
  memory.visit("adam");
  text = null;
  memory.visit("sgd");
  assert.deepEqual(memory.read().visited, ["sgd"]);
});

/** A browser with two pages that each may see the store late: writes reach the other page, and its event, in turn. */
class Browser {
  stored: string | null = null;
  private readonly waiting: { from: Page; text: string }[] = [];
  readonly pages: Page[] = [];

  constructor(readonly late: boolean) {
    this.pages.push(new Page(this), new Page(this));
  }

  write(from: Page, text: string): void {
    from.seen = text;
    this.waiting.push({ from, text });
    if (!this.late) while (this.deliver());
  }

  lastOf(page: Page): string | null {
    return this.waiting.filter(({ from }) => from === page).at(-1)?.text ?? this.stored;
  }

  deliver(): boolean {
    const next = this.waiting.shift();
    if (next === undefined) return false;
    this.stored = next.text;
    for (const page of this.pages) {
      // A page's own write that is on its way hides what others wrote before it.
      if (page !== next.from && !this.waiting.some(({ from }) => from === page)) page.seen = next.text;
      if (page !== next.from) page.hear(next.text);
    }
    return true;
  }
}

class Page {
  seen: string | null = null;
  frozen = false; // in the cache from which Back brings it
  memory!: Memory;

  constructor(private readonly browser: Browser) {
    this.open();
  }

  open(): void {
    this.frozen = false;
    this.seen = this.browser.lastOf(this);
    this.memory = new Memory(() => ({ getItem: () => this.seen, setItem: (_, text) => this.browser.write(this, text) }));
  }

  hear(text: string): void {
    if (!this.frozen) this.memory.refresh(text);
  }

  thaw(): void {
    this.frozen = false;
    this.memory.refresh();
  }
}

const LESSONS = ["a", "b", "c", "d"];

/** Plays a random history of two pages to its end, and tells what was done since the last forgetting, and what is kept. */
function play(seed: number, late: boolean, forgetting: boolean): { expected: Progress; browser: Browser } {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const browser = new Browser(late);
  const did: Progress[] = [];
  const does = (page: Page, news: Partial<Progress>) => did.push({ ...EMPTY, forgotten: page.memory.read().forgotten, ...news });
  for (let move = 0; move < 40; move++) {
    const page = pick(browser.pages);
    const lesson = pick(LESSONS);
    const act = next();
    if (act < 0.2) browser.deliver();
    else if (act < 0.3) page.frozen = true;
    else if (page.frozen) page.thaw();
    else if (act < 0.4) page.open(); // anew, as when one leaves it and comes back
    else if (act < 0.43 && forgetting) page.memory.forget();
    else if (act < 0.6) {
      page.memory.visit(lesson);
      does(page, { visited: [lesson] });
    } else if (act < 0.8) {
      page.memory.finishTask(`${lesson}#1`);
      does(page, { done: [`${lesson}#1`] });
    } else if (act < 0.9) {
      const line = [next(), next()];
      page.memory.draw(`${lesson}#1`, line, Math.floor(move / 3)); // some at the same time
      does(page, { drawn: { [`${lesson}#1`]: { at: Math.floor(move / 3), line } } });
    } else {
      const score = { right: Math.floor(6 * next()), of: 5 };
      page.memory.recordScore(lesson, score.right, score.of);
      does(page, { scores: { [lesson]: score } });
    }
  }
  for (const page of browser.pages) page.thaw();
  while (browser.deliver());
  const { forgotten } = parse(browser.stored);
  return { browser, expected: did.filter((news) => news.forgotten === forgotten).reduce(merge, { ...EMPTY, forgotten }) };
}

for (const late of [false, true]) {
  for (const forgetting of [false, true]) {
    const words = `${late ? "that see each other's writes late" : ""}${forgetting ? ", and forget" : ""}`;
    test(`nothing is lost and nothing comes back, whatever two pages do in turn ${words}`, () => {
      for (let seed = 0; seed < 2000; seed++) {
        const { browser, expected } = play(seed, late, forgetting);
        assert.deepEqual(parse(browser.stored), expected, `stored, seed ${seed}`);
        for (const page of browser.pages) assert.deepEqual(page.memory.read(), expected, `a page, seed ${seed}`);
      }
    });
  }
}
