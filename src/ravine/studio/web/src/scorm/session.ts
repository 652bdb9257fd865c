// One sitting at the course within a learning platform: what SCORM 1.2 is told, and what it kept from the one before.
import { type Progress, parse } from "../site/progress";
import type { Store } from "../site/store";
import type { Api } from "./api";
import { resume, suspend } from "./suspended";

/** lessons: whose visit completes the course, with the final quiz; quizzes: whose mean is the score, "final" among them. */
export interface Course {
  lessons: readonly string[];
  quizzes: readonly string[];
}

const PAGE = /^(?:[\w-]+\/)*[\w-]+\.html(?:[?#][^\s"<>]*)?$/; // of this site, and nothing else
const LONGEST = 255; // signs of a location

export class Session {
  /** Of the site's progress, as the pages read and write it. */
  readonly store: Store;
  /** Whether the platform took all that it was told. */
  taken = true;
  private readonly started: number;
  private readonly review: boolean;
  private text: string | null;
  private status: string;
  private over = false;

  constructor(
    private readonly api: Api,
    private readonly course: Course,
    private readonly now: () => number = Date.now,
  ) {
    this.started = now();
    this.done(api.LMSInitialize(""));
    this.review = api.LMSGetValue("cmi.core.lesson_mode") === "review";
    this.status = api.LMSGetValue("cmi.core.lesson_status");
    const kept = api.LMSGetValue("cmi.suspend_data");
    this.text = kept === "" ? null : JSON.stringify(resume(kept));
    this.store = { getItem: () => this.text, setItem: (_, text) => this.learn(text) };
    // A platform takes what never said anything for completed.
    if (!["completed", "passed", "failed", "incomplete"].includes(this.status)) this.tell("incomplete");
    this.done(api.LMSCommit(""));
  }

  /** The page where the learner was, or null. */
  get location(): string | null {
    const kept = this.api.LMSGetValue("cmi.core.lesson_location");
    return PAGE.test(kept) ? kept : null;
  }

  /** The learner is on this page, a path from the site's root. */
  visit(page: string): void {
    if (this.over || !PAGE.test(page)) return;
    const short = page.length > LONGEST ? page.replace(/[?#].*/, "") : page;
    if (short.length <= LONGEST) this.set("cmi.core.lesson_location", short);
  }

  /** Ends it, once: the platform keeps all for the next time. */
  finish(): void {
    if (this.over) return;
    this.set("cmi.core.session_time", span(this.now() - this.started));
    this.set("cmi.core.exit", this.status === "completed" ? "" : "suspend");
    this.done(this.api.LMSCommit(""));
    this.done(this.api.LMSFinish(""));
    this.over = true;
  }

  private learn(text: string): void {
    this.text = text;
    if (this.over || this.review) return;
    const progress = parse(text);
    this.set("cmi.suspend_data", suspend(progress));
    const score = scoreOf(progress, this.course);
    if (score !== null) {
      this.set("cmi.core.score.min", "0");
      this.set("cmi.core.score.max", "100");
      this.set("cmi.core.score.raw", String(score));
    }
    if (this.status === "incomplete" && isComplete(progress, this.course)) this.tell("completed");
    this.done(this.api.LMSCommit(""));
  }

  private tell(status: string): void {
    if (this.review) return;
    this.status = status;
    this.set("cmi.core.lesson_status", status);
  }

  private set(name: string, value: string): void {
    this.done(this.api.LMSSetValue(name, value));
  }

  private done(answer: unknown): void {
    if (String(answer) !== "true") this.taken = false;
  }
}

/** The mean of the best shares over all quizzes, out of 100, those not yet tried as 0; null where nothing was begun. */
export function scoreOf({ visited, done, scores }: Progress, { quizzes }: Course): number | null {
  if (visited.length + done.length + Object.keys(scores).length === 0) return null;
  const shares = quizzes.map((quiz) => (scores[quiz] === undefined ? 0 : scores[quiz].right / scores[quiz].of));
  return Math.round((10000 * shares.reduce((a, b) => a + b, 0)) / Math.max(shares.length, 1)) / 100;
}

export function isComplete({ visited, scores }: Progress, { lessons }: Course): boolean {
  return scores.final !== undefined && lessons.every((lesson) => visited.includes(lesson));
}

/** Milliseconds as HHHH:MM:SS.SS. */
export function span(milliseconds: number): string {
  const hundredths = Math.min(Math.max(Math.round(milliseconds / 10), 0), 359999999);
  const [seconds, minutes, hours] = [(hundredths / 100) % 60, Math.floor(hundredths / 6000) % 60, Math.floor(hundredths / 360000)];
  return `${String(hours).padStart(4, "0")}:${String(minutes).padStart(2, "0")}:${seconds.toFixed(2).padStart(5, "0")}`;
}
