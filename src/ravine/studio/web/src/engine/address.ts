// A widget's state in the address of its page: any link that is copied there shows what is seen.

const REST = 300; // milliseconds without a change, until the address is written

/** What the widget starts with: on a page of its own the address, where it holds anything; else the widget's own. */
export function startOf(root: HTMLElement, own: URLSearchParams): URLSearchParams {
  return isShared(root) && location.hash.length > 1 ? new URLSearchParams(location.hash.slice(1)) : own;
}

/** Whether the page's address is this widget's. */
export function isShared(root: HTMLElement): boolean {
  return root.dataset.shared !== undefined;
}

/** Returns what to call after each change. `take` gets the state of a link that is followed, or typed. */
export function keepInAddress(write: () => string, take: (query: URLSearchParams) => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  addEventListener("hashchange", ({ newURL }) => {
    // Not location.hash: the address of the last change may have been written over the link that was followed.
    take(new URLSearchParams(new URL(newURL).hash.slice(1)));
  });
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState(null, "", `#${write()}`), REST);
  };
}

/** A page of the site with a state, which the fragment holds: that works from file:// too. */
export function linkTo(page: string, state: string): string {
  return new URL(`${document.body.dataset.root ?? ""}${page}#${state}`, location.href).href;
}
