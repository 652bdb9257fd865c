// What of a widget's state could not be taken, until the race is another; and what is wrong with the race that is.
import type { Session } from "../engine/session";
import { make } from "./elements";

export function notice(session: Session, refused: readonly string[]): HTMLElement {
  const line = make("p", { class: "message", role: "status" }, [...refused, session.trouble].join(" ").trim());
  const follow = () => {
    line.textContent = session.trouble;
    line.hidden = session.trouble === "";
  };
  line.hidden = line.textContent === "";
  session.on((change) => change === "race" && follow());
  return line;
}
