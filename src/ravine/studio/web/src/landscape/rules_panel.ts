// Which rules run: a list with a box to tick for each, the main forms first.
import type { Session } from "../engine/session";
import { MOST_RULES } from "../engine/state";
import { make } from "../parts/elements";

export function rulesPanel(session: Session, turned: () => void, open: boolean): HTMLElement {
  const boxes = new Map<string, HTMLInputElement>();
  const full = make("p", { class: "note", role: "status" });
  const item = (rule: RuleFacts) => {
    const box = make("input", { type: "checkbox" });
    boxes.set(rule.name, box);
    box.addEventListener("change", () => {
      const others = session.state.rules.filter((name) => name !== rule.name);
      if (box.checked && others.length >= MOST_RULES) box.checked = false;
      else session.change({ rules: box.checked ? [...others, rule.name] : others });
      turned();
      follow();
    });
    const form = rule.main
      ? ""
      : ` (${rule.dialect === "PyTorch" || rule.name.includes("+") ? rule.name : rule.dialect})`;
    return make("li", {}, make("label", { title: rule.source }, box, make("span", {}, rule.title + form)));
  };
  const all = Object.values(RAVINE.rules);
  const list = (rules: RuleFacts[], kind = "") => make("ul", { class: `rule-list ${kind}` }, ...rules.map(item));
  const main = list(all.filter((rule) => rule.main));
  const others = make(
    "details",
    {},
    make("summary", {}, "Other forms: frameworks, weight decay"),
    list(all.filter((rule) => !rule.main), "long"),
  );
  const follow = () => {
    for (const [name, box] of boxes) box.checked = session.state.rules.includes(name);
    const many = session.state.rules.length >= MOST_RULES;
    full.textContent = many ? `${MOST_RULES} rules are as many as can be told apart.` : "";
  };
  session.on((change) => change === "race" && follow());
  follow();
  return make(
    "details",
    { class: "panel", "data-panel": "rules", open },
    make("summary", {}, "Which rules run"),
    main,
    others,
    full,
  );
}
