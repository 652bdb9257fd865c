// Where a widget's state is kept: in its page's address, or in the notebook around its frame.
import { keepInAddress, type Trail } from "./address";
import { isInNotebook, keepInNotebook } from "./notebook";

/** `take` gets a state that comes from there: a link that is followed, Back and Forward, or what Python says. */
export function keep(root: HTMLElement, write: () => string, take: (query: URLSearchParams) => void): Trail {
  return isInNotebook(root) ? keepInNotebook(write, take) : keepInAddress(write, take);
}
