// What is wrong with the networks, in the words of ravine.monitor: a line each, and nothing where nothing is wrong.
import { make } from "../parts/elements";
import { nameOf } from "./curves";
import type { Pair } from "./pair";

export interface FindingLines {
  element: HTMLElement;
  follow: () => void;
}

/** While they learn it says what; once they stand still, also by which numbers, and what to try. */
export function findingLines(pair: Pair): FindingLines {
  const lines = [0, 1].map((i) => make("p", { class: i === 0 ? "of-network" : "of-twin", hidden: true }));
  const element = make("div", { class: "findings", role: "status", "data-panel": "findings" }, ...lines);
  const follow = () =>
    lines.forEach((line, i) => {
      const finding = pair.courses[i]?.findings[0];
      const { title = "", evidence = "", advice = "" } = finding ?? {};
      const words = finding && !pair.playing ? ` ${evidence} Try: ${advice}` : "";
      if (line.dataset.said === title + words) return; // nothing is read out twice
      line.dataset.said = title + words;
      line.hidden = !finding;
      line.replaceChildren(...(finding ? [make("b", {}, `${nameOf(i)}: ${title}.`), words] : []));
    });
  return { element, follow };
}
