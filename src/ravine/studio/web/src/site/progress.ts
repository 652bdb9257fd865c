// What this browser remembers of the learner: the only thing the studio stores, and nobody else sees it.
// Several pages may write at once (tabs, and pages that come back from the browser's cache), so what one knows is merged
// with what is stored, never put in its place: lessons and tasks are joined, of scores the better one counts.

import { store, type Store } from "./store";

export interface Progress {
  forgotten: number; // how often it was: what was remembered before counts no more
  visited: string[]; // lessons, and "review"
  done: string[]; // tasks, "lesson#widget-1"
  scores: Record<string, Score>; // of a lesson's quiz by the lesson's name, of the final quiz as "final": the best
  drawn: Record<string, Drawn>; // by figure, "lesson#widget-1": the last
}

/** A line that was drawn as a prediction: heights, as shares of the axis. */
export interface Drawn {
  at: number; // when, in milliseconds
  line: number[];
}

export interface Score {
  right: number;
  of: number;
}

export const KEY = "ravine";

/** One page's knowledge of the progress. Where the browser stores nothing it lasts as long as the page. */
export class Memory {
  /** Called after this page learned something by itself. */
  heard: () => void = () => {};
  private known = parse(null);
  private saved = false; // whether the store held it once: if it is gone then, somebody cleared the store

  constructor(private readonly store: () => Store) {
    this.refresh();
  }

  read(): Progress {
    return this.known;
  }

  visit(lesson: string): void {
    this.add({ visited: [lesson] });
  }

  finishTask(task: string): void {
    this.add({ done: [task] });
  }

  draw(figure: string, line: number[], at = Date.now()): void {
    this.add({ drawn: { [figure]: { at, line } } });
  }

  recordScore(quiz: string, right: number, of: number): void {
    this.add({ scores: { [quiz]: { right, of } } });
  }

  forget(): void {
    this.refresh();
    this.known = { ...parse(null), forgotten: this.known.forgotten + 1 };
    this.save();
    this.heard();
  }

  /** Takes in what is stored, and what another page says it has stored; stores what both together lack. */
  refresh(said: string | null = null): void {
    const stored = this.stored();
    if (stored === null && this.saved) this.known = parse(null);
    this.known = merge(merge(this.known, parse(said)), parse(stored));
    if (stored !== null && stored !== JSON.stringify(this.known)) this.save();
  }

  private add(news: Partial<Progress>): void {
    this.refresh();
    this.known = merge(this.known, { ...parse(null), forgotten: this.known.forgotten, ...news });
    this.save();
    this.heard();
  }

  private save(): void {
    try {
      this.store().setItem(KEY, JSON.stringify(this.known));
      this.saved = true;
    } catch {
      // kept for this page
    }
  }

  private stored(): string | null {
    try {
      const text = this.store().getItem(KEY);
      this.saved ||= text !== null;
      return text;
    } catch {
      return null;
    }
  }
}

export const memory = new Memory(store);

/** What both know. In whatever order pages meet, they end with the same. */
export function merge(one: Progress, other: Progress): Progress {
  if (one.forgotten !== other.forgotten) return one.forgotten > other.forgotten ? one : other;
  const [scores, drawn] = [{ ...one.scores }, { ...one.drawn }];
  for (const [quiz, score] of Object.entries(other.scores)) scores[quiz] = better(scores[quiz], score);
  for (const [figure, line] of Object.entries(other.drawn)) drawn[figure] = later(drawn[figure], line);
  return {
    forgotten: one.forgotten,
    visited: joined(one.visited, other.visited),
    done: joined(one.done, other.done),
    scores: sorted(scores),
    drawn: sorted(drawn),
  };
}

function sorted<T>(named: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function joined(one: string[], other: string[]): string[] {
  return [...new Set([...one, ...other])].sort();
}

/** The larger share; of equal ones the longer round. */
function better(one: Score | undefined, other: Score): Score {
  if (one === undefined) return other;
  const lead = one.right * other.of - other.right * one.of;
  return lead > 0 || (lead === 0 && one.of >= other.of) ? one : other;
}

/** Of two in the same millisecond always the same one. */
function later(one: Drawn | undefined, other: Drawn): Drawn {
  if (one === undefined || one.at !== other.at) return one !== undefined && one.at > other.at ? one : other;
  return JSON.stringify(one) > JSON.stringify(other) ? one : other;
}

/** What was stored, or an empty progress where it is not what some version wrote. */
export function parse(text: string | null): Progress {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "null");
  } catch {
    found = null;
  }
  const { forgotten, visited, done, scores, drawn } = (typeof found === "object" && found !== null ? found : {}) as Partial<Progress>;
  return {
    forgotten: Number.isSafeInteger(forgotten) && forgotten! >= 0 ? forgotten! : 0,
    visited: names(visited),
    done: names(done),
    scores: valid(scores),
    drawn: lines(drawn),
  };
}

function names(found: unknown): string[] {
  return Array.isArray(found) ? found.filter((name) => typeof name === "string") : [];
}

function valid(found: unknown): Record<string, Score> {
  const entries = Object.entries(typeof found === "object" && found !== null ? found : {}) as [string, Score | null][];
  const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const kept = entries.filter(([, score]) => whole(score?.right) && whole(score?.of) && score!.right <= score!.of && score!.of > 0);
  return Object.fromEntries(kept.map(([quiz, score]) => [quiz, { right: score!.right, of: score!.of }]));
}

function lines(found: unknown): Record<string, Drawn> {
  const entries = Object.entries(typeof found === "object" && found !== null ? found : {}) as [string, Drawn | null][];
  const share = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
  const kept = entries.filter(([, drawn]) => Number.isSafeInteger(drawn?.at) && Array.isArray(drawn!.line) && drawn!.line.every(share));
  return Object.fromEntries(kept.map(([figure, drawn]) => [figure, { at: drawn!.at, line: drawn!.line }]));
}
