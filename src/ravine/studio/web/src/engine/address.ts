// A widget's state in the address of its page: any link that is copied there shows what is seen.

const REST = 300; // milliseconds without a change, until the address is written: a slider's way is one change

/** What the widget starts with: on a page of its own the address, where it holds anything; else the widget's own. */
export function startOf(root: HTMLElement, own: URLSearchParams): URLSearchParams {
  return isShared(root) && location.hash.length > 1 ? new URLSearchParams(location.hash.slice(1)) : own;
}

/** Whether the page's address is this widget's. */
export function isShared(root: HTMLElement): boolean {
  return root.dataset.shared !== undefined;
}

/** The states that a page has had, as entries of the browser's history: Back takes a change back. */
export interface Trail {
  /** To call after each change; one that only moves the player or the view makes no entry of its own. */
  changed: (entry: boolean) => void;
  undo: () => void;
  redo: () => void;
  canUndo: () => boolean;
  canRedo: () => boolean;
}

/** Keeps a state in the page's address. `take` gets that of a link that is followed or typed, and of Back and Forward. */
export function keepInAddress(write: () => string, take: (query: URLSearchParams) => void): Trail {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let entry = false; // whether what waits to be written is a change to come back from
  let taking = false;
  let place = placeInTrail() ?? 0; // counted from where the page was entered
  let last = place;
  if (placeInTrail() === null) history.replaceState({ trail: place }, "");

  const settle = () => {
    clearTimeout(waiting);
    waiting = undefined;
    const address = `#${write()}`;
    // A page in a frame leaves the history to the page around it.
    if (entry && address !== location.hash && window === window.top) {
      last = ++place;
      history.pushState({ trail: place }, "", address);
    } else history.replaceState({ trail: place }, "", address);
    entry = false;
  };
  // The browser goes back some time after it is asked to. Who asks again meanwhile waits, or quick keys would leave the page.
  let moving = false;
  let wanted = 0; // steps back (below 0) or forward that are asked for and not begun
  const next = () => {
    const step = Math.sign(wanted);
    if (moving || step === 0) return;
    if (place + step < 0 || place + step > last) {
      wanted = 0;
      return;
    }
    wanted -= step;
    moving = true;
    history.go(step);
  };
  addEventListener("popstate", () => {
    moving = false;
    setTimeout(next); // once hashchange, which follows, has taken the state
    const known = placeInTrail();
    if (known === null) return;
    place = known;
    last = Math.max(last, place);
  });
  addEventListener("hashchange", ({ newURL }) => {
    clearTimeout(waiting);
    waiting = undefined;
    if (placeInTrail() === null) {
      last = ++place; // a link that was typed is an entry, too
      history.replaceState({ trail: place }, "");
    }
    // Not location.hash: the address of the last change may have been written over the link that was followed.
    const { hash } = new URL(newURL);
    const query = new URLSearchParams(hash.slice(1));
    if (hiddenBy(query) !== hiddenBy(new URLSearchParams(write()))) {
      history.replaceState({ trail: place }, "", hash);
      return location.reload(); // a widget hides parts when it is built
    }
    taking = true;
    take(query);
    taking = false;
  });
  return {
    changed(isEntry) {
      if (taking) return;
      entry ||= isEntry;
      clearTimeout(waiting);
      waiting = setTimeout(settle, REST);
    },
    undo() {
      if (waiting !== undefined) settle();
      wanted -= 1;
      next();
    },
    redo() {
      if (waiting !== undefined) return;
      wanted += 1;
      next();
    },
    canUndo: () => place > 0 || (waiting !== undefined && entry),
    canRedo: () => place < last && waiting === undefined,
  };
}

function hiddenBy(query: URLSearchParams): string {
  return query.get("hide") ?? "";
}

function placeInTrail(): number | null {
  const { trail } = (history.state ?? {}) as { trail?: unknown };
  return typeof trail === "number" ? trail : null;
}

/** Whether other pages of the site are at hand; around a notebook's frame there are none. */
export function hasPages(): boolean {
  return document.body.dataset.root !== undefined;
}

/** A page of the site with a state, which the fragment holds: that works from file:// too. */
export function linkTo(page: string, state: string): string {
  return new URL(`${document.body.dataset.root ?? ""}${page}#${state}`, location.href).href;
}
