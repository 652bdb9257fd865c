// A widget's state in the notebook around its frame: notebook/link.ts carries it to Python and back.
import type { Trail } from "./address";

const REST = 100; // milliseconds without a change, until it is told: a slider's way is one change

/** What crosses the frame, either way. */
export interface Told {
  state?: string; // the query string; from a frame that has none to tell, an answer is wanted
  results?: unknown;
}

/** Whether the widget stands alone in a notebook's frame. */
export function isInNotebook(root: HTMLElement): boolean {
  return root.dataset.shared === "notebook";
}

/** Tells the notebook what its Python may read. */
export function tellNotebook(root: HTMLElement, told: Told): void {
  if (isInNotebook(root)) tell(told);
}

/** The states that the widget has had, for undo and redo; Python gets each, and `take` what Python says. */
export function keepInNotebook(write: () => string, take: (query: URLSearchParams) => void): Trail {
  const past: string[] = [];
  const future: string[] = [];
  let now = write();
  let entry = false;
  let taking = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const settle = () => {
    clearTimeout(waiting);
    waiting = undefined;
    const state = write();
    if (state !== now) {
      if (entry) past.push(now);
      if (entry) future.length = 0;
      now = state;
      tell({ state });
    }
    entry = false;
  };
  const enter = (state: string) => {
    now = state;
    taking = true;
    take(new URLSearchParams(state));
    taking = false;
    now = write();
    if (now !== state) tell({ state: now });
  };
  const move = (from: string[], to: string[]) => {
    settle();
    const state = from.pop();
    if (state === undefined) return;
    to.push(now);
    enter(state);
    tell({ state: now });
  };
  addEventListener("message", ({ source, data }: MessageEvent<{ ravine?: Told }>) => {
    const state = data?.ravine?.state;
    if (source !== parent || typeof state !== "string" || state === now) return;
    settle();
    past.push(now);
    future.length = 0;
    enter(state);
  });
  tell({}); // what Python says by now, if it differs from what the frame was made with
  return {
    changed(isEntry) {
      if (taking) return;
      entry ||= isEntry;
      clearTimeout(waiting);
      waiting = setTimeout(settle, REST);
    },
    undo: () => move(past, future),
    redo: () => move(future, past),
    canUndo: () => past.length > 0 || (waiting !== undefined && entry),
    canRedo: () => future.length > 0 && waiting === undefined,
  };
}

function tell(ravine: Told): void {
  parent.postMessage({ ravine }, "*");
}
