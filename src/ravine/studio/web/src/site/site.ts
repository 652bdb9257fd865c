// What every page does, whatever widgets it holds.
import { embed, isEmbedded } from "./embed";
import { hero } from "./hero";
import { showProgress } from "./marks";
import { preparePaper } from "./paper";
import { KEY, memory } from "./progress";
import { showTasks, watchTasks } from "./tasks";

export function site(): void {
  document.documentElement.classList.add("scripted");
  if (isEmbedded()) embed();
  preparePaper();
  const { lesson } = document.body.dataset;
  if (lesson !== undefined) {
    memory.visit(lesson);
    watchTasks(lesson);
  }
  const show = () => {
    showProgress();
    showTasks();
  };
  // Other tabs write while this page is open, and while it waits in the cache from which Back brings it.
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY && key !== null) return;
    memory.refresh(newValue);
    show();
  });
  addEventListener("pageshow", () => {
    memory.refresh();
    show();
  });
  memory.heard = show;
  show();
  const race = document.querySelector<HTMLElement>("[data-hero]");
  if (race !== null) hero(race);
}
