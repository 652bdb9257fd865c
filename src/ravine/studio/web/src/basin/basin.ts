// The widget of maps: over the page's shared race where there is one, else over a race of its own.
import { ownLandscape } from "../engine/own_landscape";
import { Session } from "../engine/session";
import { shared } from "../engine/shared";
import { parse } from "../engine/link";
import { make } from "../parts/elements";
import { teller } from "../parts/tell";
import { deedsOf } from "../landscape/deeds";
import { landscapePanel, startPanel } from "../landscape/world_panel";
import type { Widget } from "../site/start";
import { notice } from "../parts/notice";
import { mapPanel } from "./panel";

export const basin: Widget = (root, query) => {
  const { state, refused } = parse(query);
  const joined = root.dataset.state === undefined ? shared.session : null;
  const session = joined ?? new Session(state, ownLandscape);
  const deeds = deedsOf(session, teller(root));
  const widget = make("div", { class: "map-widget" }, mapPanel(session, deeds.did));
  if (joined === null) {
    const change = (patch: Parameters<Session["change"]>[0]) => {
      session.change(patch);
      deeds.did();
    };
    widget.append(make("div", { class: "map-world" }, landscapePanel(session, change), startPanel(session, change)));
  }
  for (const panel of session.state.hide) {
    for (const found of widget.querySelectorAll<HTMLElement>(`[data-panel="${panel}"]`)) found.hidden = true;
  }
  if (joined === null) widget.append(notice(session, refused));
  root.closest("section")?.toggleAttribute("hidden", session.state.hide.includes("map")); // with its heading
  root.replaceChildren(widget);
  root.dataset.ready = "";
};
