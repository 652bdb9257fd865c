// Progress as the 4096 signs that SCORM 1.2 keeps of it, and back.
import { parse, type Drawn, type Progress } from "../site/progress";

export const MOST = 4096;

/** Short JSON. Where there is no room for all, lines that were drawn go first, the oldest of them before others, then tasks. */
export function suspend(progress: Progress): string {
  const lines = Object.entries(progress.drawn).sort(([, a], [, b]) => b.at - a.at);
  const shorter = lines.map((_, gone) => written(progress, lines.slice(0, lines.length - gone)));
  const without = [progress, { ...progress, done: [] }, { ...progress, done: [], visited: [] }].map((one) => written(one, []));
  return [...shorter, ...without].find((text) => text.length <= MOST) ?? "";
}

export function resume(text: string): Progress {
  let found: unknown;
  try {
    found = JSON.parse(text || "null");
  } catch {
    found = null;
  }
  const { f, v, d, s, l } = (typeof found === "object" && found !== null ? found : {}) as Partial<Record<string, unknown>>;
  const scores = entries(s).map(([quiz, pair]) => [quiz, Array.isArray(pair) ? { right: pair[0] as unknown, of: pair[1] as unknown } : null]);
  const drawn = entries(l).map(([figure, pair]) => [figure, Array.isArray(pair) ? { at: pair[0] as unknown, line: heights(pair[1]) } : null]);
  const done = entries(d).flatMap(([lesson, figures]) => (Array.isArray(figures) ? figures.map((figure) => `${lesson}#${figure}`) : []));
  return parse(JSON.stringify({ forgotten: f, visited: v, done, scores: Object.fromEntries(scores), drawn: Object.fromEntries(drawn) }));
}

function written({ forgotten, visited, done, scores }: Progress, drawn: [string, Drawn][]): string {
  const tasks: Record<string, string[]> = {};
  for (const task of done) {
    const [lesson, figure] = [task.slice(0, task.indexOf("#")), task.slice(task.indexOf("#") + 1)];
    (tasks[lesson] ??= []).push(figure);
  }
  return JSON.stringify({
    f: forgotten || undefined,
    v: visited,
    d: tasks,
    s: Object.fromEntries(Object.entries(scores).map(([quiz, { right, of }]) => [quiz, [right, of]])),
    l: Object.fromEntries(drawn.map(([figure, { at, line }]) => [figure, [at, line.map((height) => Math.round(1000 * height)).join(" ")]])),
  });
}

function heights(text: unknown): number[] | null {
  if (typeof text !== "string") return null;
  return text === "" ? [] : text.split(" ").map((height) => Number(height) / 1000);
}

function entries(found: unknown): [string, unknown][] {
  return typeof found === "object" && found !== null ? Object.entries(found) : [];
}
