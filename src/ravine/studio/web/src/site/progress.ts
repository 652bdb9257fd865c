/** What this browser remembers of the learner: the only thing the studio stores, and nobody else sees it. */
export interface Progress {
  visited: string[]; // lessons, in the order of the first visit
  done: string[]; // tasks, "lesson#widget-1"
  scores: Record<string, Score>; // of a lesson's quiz by the lesson's name, of the final quiz as "final": the best
}

export interface Score {
  right: number;
  of: number;
}

const KEY = "ravine";

/** Where the browser refuses storage (private windows, some file:// settings), progress lasts as long as the page. */
let kept: Progress | undefined;

export function read(): Progress {
  kept ??= parse(stored());
  return kept;
}

export function visit(lesson: string): void {
  const { visited } = read();
  if (!visited.includes(lesson)) visited.push(lesson);
  write();
}

export function finishTask(task: string): void {
  const { done } = read();
  if (!done.includes(task)) done.push(task);
  write();
}

/** Keeps the best score of each quiz. */
export function recordScore(quiz: string, right: number, of: number): void {
  const { scores } = read();
  const before = scores[quiz];
  if (before === undefined || right * before.of >= before.right * of) scores[quiz] = { right, of };
  write();
}

export function forget(): void {
  kept = parse(null);
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing was stored
  }
}

function write(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // kept for this page
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** What was stored, or an empty progress where it is not what this version writes. */
export function parse(text: string | null): Progress {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "null");
  } catch {
    found = null;
  }
  const { visited, done, scores } = (typeof found === "object" && found !== null ? found : {}) as Partial<Progress>;
  return { visited: names(visited), done: names(done), scores: valid(scores) };
}

function names(found: unknown): string[] {
  return Array.isArray(found) ? found.filter((name) => typeof name === "string") : [];
}

function valid(found: unknown): Record<string, Score> {
  const entries = Object.entries(typeof found === "object" && found !== null ? found : {}) as [string, Partial<Score>][];
  return Object.fromEntries(
    entries.filter(([, score]) => Number.isInteger(score?.right) && Number.isInteger(score?.of)),
  ) as Record<string, Score>;
}
