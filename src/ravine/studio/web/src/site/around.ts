// A widget alone in a notebook's frame: as tall as it is, and as dark as the notebook.
import { isInNotebook } from "../engine/notebook";
import { followAround } from "../parts/theme";

const LIGHTNESS = "data-jp-theme-light"; // how JupyterLab, Notebook and nbconvert say it

/** What is around is another origin's where the notebook shuts outputs in: then the frame stays as it was made. */
export function fitIn(root: HTMLElement): void {
  if (!isInNotebook(root)) return;
  let frame: Element | null = null;
  try {
    frame = window.frameElement;
  } catch {
    return;
  }
  if (!(frame instanceof parent.window.HTMLIFrameElement)) return;
  fit(frame);
  followDarkness(parent.document.body);
}

function fit(frame: HTMLIFrameElement): void {
  frame.parentElement?.querySelector("img")?.remove(); // the still picture
  const follow = () => (frame.style.height = `${Math.ceil(document.body.getBoundingClientRect().height)}px`);
  new ResizeObserver(follow).observe(document.body);
  follow();
}

function followDarkness(body: HTMLElement): void {
  const follow = () => body.hasAttribute(LIGHTNESS) && followAround(body.getAttribute(LIGHTNESS) === "false");
  new MutationObserver(follow).observe(body, { attributes: true, attributeFilter: [LIGHTNESS] });
  follow();
}
