// Where progress is kept: with the learning platform whose frame shows this site (scorm/), else in this browser.

export type Store = Pick<Storage, "getItem" | "setItem">;

declare global {
  interface Window {
    RAVINE_STORE?: Store; // of the page that frames this one, where that is ours
  }
}

export function store(): Store {
  return framed() ?? localStorage;
}

/** Whether a learning platform keeps it. */
export function onPlatform(): boolean {
  return framed() !== undefined;
}

function framed(): Store | undefined {
  try {
    return window.parent === window ? undefined : window.parent.RAVINE_STORE;
  } catch {
    return undefined; // the frame is another site's
  }
}
