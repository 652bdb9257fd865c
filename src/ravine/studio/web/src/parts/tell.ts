// What the learner does, as a widget tells it to the page: tasks are ticked off by it (site/tasks.ts), and only by it.

/** A control that was turned, by its name in the widget's state, with the value that it has now; or what came about. */
export type Deed = { control: string; value: number | string } | { happened: string; of: number | string };

export type Tell = (deed: Deed) => void;

export const DEED = "ravine:deed";

export function teller(root: HTMLElement): Tell {
  return (deed) => root.dispatchEvent(new CustomEvent(DEED, { bubbles: true, detail: deed }));
}
