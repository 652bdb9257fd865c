// What every page does, whatever widgets it holds.
import { hero } from "./hero";
import { showProgress } from "./marks";
import { visit } from "./progress";
import { watchTasks } from "./tasks";

export function site(): void {
  document.documentElement.classList.add("scripted");
  const { lesson } = document.body.dataset;
  if (lesson !== undefined) {
    visit(lesson);
    watchTasks(lesson);
  }
  showProgress();
  const race = document.querySelector<HTMLElement>("[data-hero]");
  if (race !== null) hero(race);
}
