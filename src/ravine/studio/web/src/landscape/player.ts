// Play, pause, step, scrub and speed.
import type { Session } from "../engine/session";
import { button, freshId, make } from "../parts/elements";
import { icon, iconButton, ICONS } from "../parts/icons";
import type { Deed } from "../parts/tell";

const SLOWEST = 1; // steps a second
const FASTEST = 600;
const WHOLE_RUN = 6; // seconds that a run takes unless the speed is changed

export class Player {
  readonly element = make("div", { class: "player", role: "group", "aria-label": "Player" });
  private readonly playButton = button("", () => this.toggle(), { class: "play" });
  private readonly playLabel = make("span");
  private readonly playIcon = icon(ICONS.play);
  private readonly slider = make("input", { type: "range", min: "0", step: "1", class: "scrub" });
  private readonly clock = make("output", { class: "clock" });
  private readonly speed = make("input", { type: "range", min: "0", max: "1", step: "0.01" });
  private chosen: number | null = null; // steps a second, once a person has set it
  private frame = 0;
  private last = 0;
  private whole = false; // whether this play began at the start, and nobody has jumped since

  constructor(
    private readonly session: Session,
    private readonly told: (deed: Deed | null) => void,
  ) {
    const sliderId = freshId();
    const speedId = freshId();
    this.playButton.append(this.playIcon, this.playLabel);
    this.slider.id = sliderId;
    this.speed.id = speedId;
    this.slider.addEventListener("input", () => this.jump(Number(this.slider.value)));
    this.speed.addEventListener("input", () => {
      this.chosen = SLOWEST * (FASTEST / SLOWEST) ** Number(this.speed.value);
      this.follow();
    });
    this.element.append(
      iconButton("Back to the start", ICONS.first, () => this.jump(0)),
      iconButton("One step back", ICONS.back, () => this.jump(Math.ceil(session.position) - 1)),
      this.playButton,
      iconButton("One step forward", ICONS.forward, () => this.jump(session.step + 1)),
      make("label", { for: sliderId, class: "unseen" }, "Step"),
      this.slider,
      this.clock,
      make("span", { class: "speed" }, make("label", { for: speedId }, "Speed"), this.speed),
    );
    session.on(() => this.follow());
    this.follow();
  }

  get playing(): boolean {
    return this.frame !== 0;
  }

  /** Steps a second: what was set, or what brings the run to its end in a few seconds. */
  get rate(): number {
    return this.chosen ?? Math.min(Math.max(this.session.state.steps / WHOLE_RUN, 5), FASTEST);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.playing) return;
    if (this.session.atEnd) this.session.stand(0);
    if (this.session.position === 0) this.whole = true;
    this.last = performance.now();
    this.frame = requestAnimationFrame((now) => this.advance(now));
    this.follow();
  }

  pause(): void {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.session.stand(this.session.step);
    this.told(null);
  }

  private jump(step: number): void {
    this.pause();
    this.whole = false;
    this.session.stand(step);
    this.told({ control: "step", value: this.session.step });
  }

  private advance(now: number): void {
    const { session } = this;
    const passed = Math.min(Math.max(0, now - this.last) / 1000, 0.25); // a tab that slept does not leap
    this.last = now;
    session.stand(session.position + passed * this.rate);
    if (session.atEnd) {
      this.frame = 0;
      this.follow();
      this.told(this.whole ? { happened: "played", of: "" } : null);
      return;
    }
    this.frame = requestAnimationFrame((next) => this.advance(next));
  }

  private follow(): void {
    const { session } = this;
    const { steps } = session.state;
    this.slider.max = String(steps);
    this.slider.value = String(session.step);
    this.slider.setAttribute("aria-valuetext", `step ${session.step} of ${steps}`);
    this.clock.value = `${session.step} / ${steps}`;
    const label = this.playing ? "Pause" : "Play";
    if (this.playLabel.textContent !== label) {
      this.playLabel.textContent = label;
      this.playIcon.firstElementChild!.setAttribute("d", this.playing ? ICONS.pause : ICONS.play);
    }
    this.speed.value = String(Math.log(this.rate / SLOWEST) / Math.log(FASTEST / SLOWEST));
    this.speed.setAttribute("aria-valuetext", `${Math.round(this.rate)} steps a second`);
  }
}
