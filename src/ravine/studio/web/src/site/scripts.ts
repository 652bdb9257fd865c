// Scripts of the site that a page does without until something needs them: classic ones, which file:// allows too.

const underway = new Map<string, Promise<void>>();

/** Whether the page has static/NAME, or will have it before anything can be clicked. */
export function isHere(name: string): boolean {
  return !underway.has(name) && document.querySelector(`script[src$="static/${name}"]`) !== null;
}

/** Loads static/NAME; scripts that are asked for together run in that order. */
export function load(name: string): Promise<void> {
  const asked = underway.get(name) ?? new Promise<void>((done, failed) => {
    const script = document.createElement("script");
    script.async = false;
    script.src = new URL(`${document.body.dataset.root ?? ""}static/${name}`, location.href).href;
    script.addEventListener("load", () => {
      underway.delete(name);
      done();
    });
    script.addEventListener("error", () => {
      underway.delete(name);
      script.remove(); // the next who asks tries again
      failed(new Error(`static/${name} could not be loaded: is it there?`));
    });
    document.head.append(script);
  });
  underway.set(name, asked);
  return asked;
}
