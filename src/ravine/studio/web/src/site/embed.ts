// A widget's own page within another page's frame: playground.html?embed shows the widget alone.

/** Whether the page was asked for alone. */
export function isEmbedded(): boolean {
  return new URLSearchParams(location.search).has("embed");
}

/** Leaves the widget of the page's address, the map too where the state names one, and a way to the whole page. */
export function embed(): void {
  document.documentElement.classList.add("embedded");
  const state = new URLSearchParams(location.hash.slice(1));
  for (const frame of document.querySelectorAll<HTMLElement>(".widget-frame")) {
    const shared = frame.querySelector("[data-shared]") !== null;
    if (!shared && !state.has("map")) frame.remove();
  }
  const whole = document.createElement("a");
  whole.className = "whole-page";
  whole.textContent = "Open in Ravine";
  whole.target = "_blank";
  whole.rel = "noopener";
  // The state is in the address, which changes as one plays.
  const follow = () => (whole.href = `${location.pathname}${location.hash}`);
  for (const moment of ["pointerdown", "focus", "click"] as const) whole.addEventListener(moment, follow);
  follow();
  document.querySelector("main")!.append(whole);
}
