// A page on its way to paper: every fold is open there, and shut again afterwards. Widgets draw themselves in light
// colours (parts/theme.ts), and a quiz lays out all its questions (quiz/quiz.ts).

/** What folds repeat of a picture beside them, or hold only to be turned: left out on paper, so they need not open. */
const LEFT_OUT = ".landscape-widget > details, .folded details, .turned > details, .numbers, .map-body details, .stream-table, .picked";

export function preparePaper(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")].filter((fold) => !fold.matches(LEFT_OUT));
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
}
