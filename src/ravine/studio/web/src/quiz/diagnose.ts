// A sick run: the learner names what ails it, then applies one cure, which runs beside it as its twin.
import { make } from "../parts/elements";
import { choose } from "./choice";
import type { Question } from "./question";
import { summon } from "./summon";

type Diagnosis = Extract<Question, { kind: "diagnose" }>;

/** All that a diagnosis needs is what is seen, and the player: what the page itself finds would give it away. */
const WATCH = "&hide=data,network,start,regularisation,training,twin,findings,numbers,share";

/** Right is who names the illness and the cure. What is to be watched then is the cured run. */
export function diagnose(root: HTMLElement, question: Diagnosis, answered: (right: boolean, why: Node, watched: HTMLElement) => void): void {
  const ward = make("figure", { class: "ward" });
  const illness = make("div", { class: "answers" });
  root.append(ward, illness);
  const steps = new URLSearchParams(question.run).get("steps") ?? "1000";
  show(ward, `${question.run}&step=${steps}`, question.scripts);

  choose(illness, question.options, (named) => {
    const asked = make("p", { class: "hint", tabindex: "-1" }, "Now apply one cure: it runs beside the sick network, from the same start.");
    const cures = make("div", { class: "answers" });
    root.append(asked, cures);
    asked.focus();
    choose(cures, question.cures, (healed, why, { change }) => {
      show(ward, `${question.run}&twin.${change}`, question.scripts, () => ward.querySelector<HTMLButtonElement>(".play")?.click());
      const half = healed ? "The cure is right, the diagnosis is not. " : "The diagnosis is right, the cure is not. ";
      answered(named && healed, make("span", {}, named === healed ? "" : half, why ?? ""), ward);
    });
  });
}

function show(ward: HTMLElement, state: string, scripts: string[], started?: () => void): void {
  const widget = make("div", { "data-widget": "network", "data-state": state + WATCH });
  ward.replaceChildren(widget);
  summon(widget, scripts, started);
}
