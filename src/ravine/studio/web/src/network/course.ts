// One network's training with what is read off it on the way.
import { Diagnosis, type Finding } from "../symptoms/findings";
import { Watch } from "../symptoms/watch";
import { Examination, type Report } from "./examination";
import type { Recipe } from "./recipe";
import { Survey } from "./survey";
import { Trainer } from "./trainer";

const READINGS = 120; // in a whole run
const ONLY_AT_THE_END = "still_improving";

export class Course {
  readonly trainer: Trainer;
  readonly examination: Examination;
  readonly survey: Survey;
  readonly reports: Report[] = []; // at regular steps, the first before any
  latest: Report | null = null;
  private readonly watch: Watch;
  private readonly diagnosis: Diagnosis;
  private found: { when: string; findings: Finding[] } = { when: "", findings: [] };
  private readonly every: number;
  private looking = true;

  constructor(recipe: Recipe) {
    this.trainer = new Trainer(recipe);
    this.examination = new Examination(this.trainer);
    this.watch = new Watch(this.trainer);
    this.diagnosis = new Diagnosis(this.watch, this.trainer);
    this.survey = new Survey(this.trainer, this.examination);
    this.every = Math.max(1, Math.ceil(recipe.steps / READINGS));
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Whether it stands between two steps, with nothing left to look at. */
  get settled(): boolean {
    return !this.looking && !this.trainer.midway && this.survey.done;
  }

  get ended(): boolean {
    return this.settled && (this.trainer.failure !== null || this.step >= this.trainer.recipe.steps);
  }

  /** What is wrong with it, the cause first. */
  get findings(): Finding[] {
    const when = `${this.step}, ${this.watch.heldOut.length}`;
    if (this.found.when !== when) this.found = { when, findings: this.diagnosis.findings };
    // One that pauses has not come to its end, of which only the end can be said.
    return this.step >= this.trainer.recipe.steps ? this.found.findings : this.found.findings.filter(({ name }) => name !== ONLY_AT_THE_END);
  }

  /** What was read at regular steps, and where it stands now. */
  get readings(): Report[] {
    const { reports, latest } = this;
    return latest && latest.step > (reports.at(-1)?.step ?? -1) ? [...reports, latest] : reports;
  }

  /** The next piece of work: of a look or a survey, where one is due, else of a step. */
  work(): void {
    if (this.looking) {
      const report = this.examination.work();
      if (report) this.note(report);
      return;
    }
    if (!this.trainer.midway && !this.survey.done) return this.survey.work();
    if (this.ended) return;
    this.trainer.work();
    if (!this.trainer.midway && this.watch.ended()) this.diagnosis.note();
    if (!this.trainer.midway && (this.step % this.every === 0 || this.trainer.failure)) this.look();
  }

  /** Asks for a look at where it stands; nothing where there was one. */
  look(): void {
    if (this.looking || this.trainer.midway || this.latest?.step === this.step) return;
    this.examination.restart();
    this.looking = true;
  }

  private note(report: Report): void {
    this.looking = false;
    this.latest = report;
    if (report.step % this.every !== 0 || this.reports.at(-1)?.step === report.step) return;
    this.reports.push(report);
    if (report.step > 0) this.watch.heldOut.push(report.heldOut.loss);
  }
}
