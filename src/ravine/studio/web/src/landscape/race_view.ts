// A race as a page shows it: what pictures, films and links are made of.
import type { Session } from "../engine/session";
import type { Chart } from "./chart";
import type { Player } from "./player";
import type { Stage } from "./stage";

export interface RaceView {
  session: Session;
  stage: Stage;
  chart: Chart;
  player: Player;
}
