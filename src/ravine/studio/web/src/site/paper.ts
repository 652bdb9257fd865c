// A page on its way to paper: every fold is open there, and shut again afterwards. Widgets draw themselves in light
// colours (parts/theme.ts), and a quiz lays out all its questions (quiz/quiz.ts).

/** A widget's folds hold what is turned, or its picture in numbers: on paper they stay as they are. Its settings open. */
const opens = (fold: Element) => !fold.matches("[data-widget] details") || fold.matches(".lanes details");

export function preparePaper(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")].filter(opens);
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
}
