// The widget as one picture: title, stage, chart and legend on a canvas.
import type { Session } from "../engine/session";
import { drawMarker } from "./markers";
import type { RaceView } from "./race_view";
import { standing } from "./summary";
import { colourOf, theme } from "../parts/theme";

export const WIDTH = 1280;
export const HEIGHT = 720;

/** Draws the present moment onto a context of WIDTH × HEIGHT. */
export function compose(context: CanvasRenderingContext2D, { session, stage, chart }: RaceView): void {
  const { paper, ink, faint } = theme();
  context.fillStyle = paper;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = ink;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.font = "600 26px system-ui, sans-serif";
  context.fillText(session.landscape.title, 28, 46, 760);
  context.textAlign = "right";
  context.font = "18px system-ui, sans-serif";
  context.fillStyle = faint;
  context.fillText(`step ${session.step} of ${session.state.steps}`, WIDTH - 28, 46);

  const [room, tall] = [780, HEIGHT - 90];
  const width = Math.min(room, tall * stage.ratio);
  stage.copyTo(context, 20, 66 + (tall - width / stage.ratio) / 2, width, width / stage.ratio);

  const top = 80;
  const { canvas } = chart;
  const deep = canvas ? Math.min(250, (430 * canvas.height) / canvas.width) : 0;
  if (canvas && deep > 0) {
    context.drawImage(canvas, 830, top, 430, deep);
    const reached = chart.veiledFrom * 430;
    context.globalAlpha = 0.78;
    context.fillStyle = paper;
    context.fillRect(830 + reached, top, 430 - reached, deep - 24);
    context.globalAlpha = 1;
  }
  legend(context, session, top + deep + 34);
}

function legend(context: CanvasRenderingContext2D, session: Session, top: number): void {
  const { ink, faint, paper } = theme();
  const line = Math.min(44, (HEIGHT - 20 - top) / Math.max(1, session.lanes.length));
  session.lanes.forEach((lane, place) => {
    const y = top + place * line;
    drawMarker(context, lane.look.marker, [846, y], 7, colourOf(lane.look), paper);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = ink;
    context.font = "600 16px system-ui, sans-serif";
    context.fillText(lane.rule.title, 864, y, 220);
    context.textAlign = "right";
    context.font = "16px system-ui, sans-serif";
    context.fillText(standing(lane, session.step), WIDTH - 24, y, 170);
    if (line < 36) return;
    context.textAlign = "left";
    context.font = "13px system-ui, sans-serif";
    context.fillStyle = faint;
    const settings = Object.entries(lane.settings).map(
      ([name, value]) => `${name} ${value}${name === "lr" && lane.chosen ? "*" : ""}`,
    );
    context.fillText(settings.join(", "), 864, y + 18, 390);
  });
}

export function savePicture(race: RaceView): void {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  compose(canvas.getContext("2d")!, race);
  canvas.toBlob((blob) => blob && download(blob, `${fileName(race.session)}.png`), "image/png");
}

export function fileName({ landscape, state }: Session): string {
  return ["ravine", landscape.name, ...state.rules]
    .join("-")
    .replace(/[^\w-]/g, "_")
    .slice(0, 80);
}

export function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
