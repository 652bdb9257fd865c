/** Fills `root`. `state` is the query string of its data-state, the same as in a shared link. */
export type Widget = (root: HTMLElement, state: URLSearchParams) => void;

const known: Record<string, Widget> = {};
const begun = new WeakSet<HTMLElement>(); // by this script, which may come after who asks for one of its widgets

/** Starts every widget of the page. */
export function start(widgets: Record<string, Widget>): void {
  Object.assign(known, widgets);
  for (const root of document.querySelectorAll<HTMLElement>("[data-widget]")) startOne(root);
  document.addEventListener("ravine:unlocked", ({ target }) => startOne(target as HTMLElement));
}

/**
 * Starts the widget that an element names, unless a prediction is waited for (predict.ts). One that fails leaves its
 * picture and says so, and harms no other.
 */
export function startOne(root: HTMLElement): void {
  const widget = known[root.dataset.widget ?? ""];
  if (widget === undefined || root.dataset.locked !== undefined || begun.has(root)) return;
  begun.add(root);
  try {
    widget(root, new URLSearchParams(root.dataset.state ?? ""));
  } catch (error) {
    root.append(notice("This part of the page failed to start; the text does not need it."));
    console.error(error);
  }
}

function notice(text: string): HTMLElement {
  const line = document.createElement("p");
  line.className = "failed-notice";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
}
