// The widget of its own: a step of a race that is not shown, chosen by a slider.
import { ownLandscape } from "../engine/own_landscape";
import { Session } from "../engine/session";
import { parse } from "../engine/link";
import { button, freshId, make } from "../parts/elements";
import { notice } from "../parts/notice";
import { type Tell, teller } from "../parts/tell";
import type { Widget } from "../site/start";
import { anatomy as panel } from "./panel";

export const anatomy: Widget = (root, query) => {
  const { state, refused } = parse(query);
  const session = new Session(state, ownLandscape);
  if (state.step === null) session.stand(0); // the first step, where bias corrections count
  const tell = teller(root);
  const widget = make("div", { class: "anatomy-widget" }, panel(session, tell), stepper(session, tell));
  widget.append(notice(session, refused));
  root.replaceChildren(widget);
  root.dataset.ready = "";
};

function stepper(session: Session, tell: Tell): HTMLElement {
  const id = freshId();
  const slider = make("input", { type: "range", id, min: "1", max: String(session.state.steps), step: "1" });
  const stand = (t: number) => {
    session.stand(t - 1);
    slider.value = String(session.step + 1);
    tell({ control: "step", value: session.step + 1 });
  };
  slider.value = String(session.step + 1);
  slider.addEventListener("input", () => stand(Number(slider.value)));
  const earlier = button("−", () => stand(Math.max(1, session.step)), { "aria-label": "One step earlier" });
  const later = button("+", () => stand(Math.min(session.state.steps, session.step + 2)), {
    "aria-label": "One step later",
  });
  return make("div", { class: "anatomy-stepper" }, make("label", { for: id }, "Step"), slider, earlier, later);
}
