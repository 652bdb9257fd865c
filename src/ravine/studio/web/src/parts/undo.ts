// Undo and redo, by buttons and by the keys that mean them everywhere.
import type { Trail } from "../engine/address";
import { button, make } from "./elements";

/** `changing` tells of every change, after the trail has heard of it. */
export function undoButtons(changing: { on: (heard: () => void) => void }, trail: Trail): HTMLElement {
  const undo = button("Undo", () => trail.undo(), { title: "Takes the last change back, as the browser's Back does" });
  const redo = button("Redo", () => trail.redo());
  const follow = () => {
    undo.disabled = !trail.canUndo();
    redo.disabled = !trail.canRedo();
  };
  changing.on(follow);
  addEventListener("popstate", () => setTimeout(follow)); // once the trail has heard it, too
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input[type=text], textarea");
    if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "z" && !event.shiftKey) trail.undo();
    else trail.redo();
  });
  follow();
  return make("span", { class: "undo", role: "group", "aria-label": "Changes" }, undo, redo);
}
