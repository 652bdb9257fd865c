// A film of one play from the start to the end, by the browser's own encoder.
import { button } from "../parts/elements";
import { compose, download, fileName, HEIGHT, WIDTH } from "./picture";
import type { RaceView } from "./race_view";

const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const LINGER = 1000; // milliseconds that the film stays on the first step and on the last

export class Recorder {
  readonly button: HTMLButtonElement;
  private recorder: MediaRecorder | null = null;
  private readonly canvas = document.createElement("canvas");

  static get works(): boolean {
    return (
      typeof MediaRecorder === "function" && "captureStream" in HTMLCanvasElement.prototype && kind() !== undefined
    );
  }

  constructor(
    private readonly race: RaceView,
    private readonly say: (message: string) => void,
  ) {
    this.button = button("Record video", () => (this.recorder ? this.stop() : this.start()));
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
  }

  private start(): void {
    const { session, player } = this.race;
    const type = kind()!;
    player.pause();
    session.stand(0);
    this.draw(); // a canvas that nothing was drawn on has no frames to give
    const recorder = new MediaRecorder(this.canvas.captureStream(30), {
      mimeType: type,
      videoBitsPerSecond: 6_000_000,
    });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    recorder.addEventListener("stop", () => {
      this.recorder = null;
      this.button.textContent = "Record video";
      const end = type.startsWith("video/mp4") ? "mp4" : "webm";
      download(new Blob(pieces, { type }), `${fileName(session)}.${end}`);
      this.say("Video saved.");
    });
    this.recorder = recorder;
    this.button.textContent = "Stop recording";
    this.say("Recording one play.");
    recorder.start();
    const begun = performance.now();
    let ended = Infinity;
    // A canvas gives a frame when it is drawn on, so it is drawn also while nothing moves.
    const follow = (now: number) => {
      if (this.recorder !== recorder) return;
      this.draw();
      if (ended === Infinity && !player.playing && now > begun + LINGER) {
        if (session.atEnd) ended = now;
        else player.play();
      }
      if (now < ended + LINGER) requestAnimationFrame(follow);
      else this.stop();
    };
    requestAnimationFrame(follow);
  }

  private draw(): void {
    compose(this.canvas.getContext("2d")!, this.race);
  }

  private stop(): void {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }
}

function kind(): string | undefined {
  return KINDS.find((name) => MediaRecorder.isTypeSupported(name));
}
