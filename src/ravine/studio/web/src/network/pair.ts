// A network and, where there is one, its twin, in training side by side: one step here, one step there.
import { Course } from "./course";
import { digitsAreHere, loadDigits } from "./digits";
import { type Earlier, kept } from "./earlier";
import { change, setTwin, type State, twinOf } from "./state";

/** "changed": another state, and "new": networks at their first weights; "moved": they are sent on, or told to wait; "stop":
 * they have come to rest. */
export type Change = "changed" | "new" | "moved" | "stop";

export class Pair {
  courses: Course[] = []; // the network, and its twin
  target = 0; // the step that they are on the way to
  playing = false;
  earlier: Earlier[] = []; // runs before, which curves are compared with
  trouble = ""; // why there is nothing to train
  private underway = false; // whether a stop is still to be told
  private started = 0; // how often it began anew
  private readonly listeners: ((change: Change) => void)[] = [];

  constructor(readonly state: State) {
    this.target = state.step;
    this.start();
  }

  on(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** Another state altogether, as of a link that is followed. */
  take(state: State): void {
    Object.assign(this.state, state);
    this.playing = false;
    this.target = state.step;
    this.start();
    this.tell("changed");
  }

  /** Changes one thing of both, and begins anew; or says why it cannot. */
  change(key: string, text: string): string | null {
    return this.anew(() => change(this.state, key, text));
  }

  /** What the twin differs in; null takes it away. */
  differ(key: string | null, text = ""): string | null {
    return this.anew(() => {
      if (key !== null) return setTwin(this.state, key, text);
      this.state.twin = null;
      return null;
    });
  }

  /** Back to the same first weights. */
  reset(): void {
    this.playing = false;
    this.target = this.state.step = 0;
    this.start();
  }

  clearEarlier(): void {
    this.earlier = [];
    this.tell("new");
  }

  get step(): number {
    return this.courses.length > 0 ? Math.min(...this.courses.map(({ step }) => step)) : 0;
  }

  get steps(): number {
    return this.state.recipe.steps;
  }

  /** How many steps are an epoch. */
  get epoch(): number {
    const { batch, examples } = this.state.recipe;
    return batch === "all" ? 1 : Math.ceil(examples / batch);
  }

  play(): void {
    if (this.courses.length > 0 && this.courses.every(({ ended }) => ended)) this.reset();
    this.playing = true;
    this.send(this.steps);
  }

  pause(): void {
    this.playing = false;
    this.send(Math.max(0, ...this.courses.map(({ step, trainer }) => step + (trainer.midway ? 1 : 0))));
  }

  /** So many steps more. */
  go(steps: number): void {
    this.playing = false;
    this.send(Math.min(this.step + steps, this.steps));
  }

  /** Whether there is anything to do before `limit`. */
  busy(limit = this.target): boolean {
    return this.courses.some((course) => this.wants(course, limit));
  }

  /** The next piece of work of whoever is behind; `limit` is the step not to go beyond. */
  work(limit = this.target): void {
    let next: Course | null = null;
    for (const course of this.courses)
      if (this.wants(course, limit) && (next === null || course.step < next.step)) next = course;
    next?.work();
  }

  /** Once they have come to rest, they are looked at, and it is told. */
  settle(): void {
    if (!this.underway || this.busy()) return;
    for (const course of this.courses) course.look();
    if (this.busy()) return;
    this.underway = this.playing = false;
    this.state.step = this.step;
    this.tell("stop");
  }

  /** Asks the networks anew what they answer everywhere. */
  survey(): void {
    for (const { survey } of this.courses) survey.restart();
  }

  get surveyed(): boolean {
    return this.courses.every(({ survey }) => survey.done);
  }

  private wants(course: Course, limit: number): boolean {
    return !course.settled || (course.step < Math.min(limit, this.target) && !course.ended);
  }

  private send(target: number): void {
    if (this.courses.length === 0) this.start(); // the digits did not come: try again
    this.target = target;
    this.underway = this.courses.length > 0;
    this.tell("moved");
  }

  private anew(what: () => string | null): string | null {
    const trouble = what();
    if (trouble !== null) return trouble;
    this.target = this.playing ? this.steps : 0;
    this.state.step = 0;
    this.start();
    this.tell("changed");
    return null;
  }

  private start(): void {
    const twin = twinOf(this.state);
    const recipes = [this.state.recipe, ...(twin ? [twin] : [])];
    const number = ++this.started;
    this.earlier = kept(this.earlier, this.courses);
    this.courses = [];
    this.trouble = "";
    this.underway = false;
    if (recipes.every(({ data }) => data !== "digits") || digitsAreHere()) {
      this.courses = recipes.map((recipe) => new Course(recipe));
      this.underway = true;
    } else {
      this.trouble = "The digits are on their way.";
      const still = (what: () => void) => () => number === this.started && what();
      const fail = (error: Error) => {
        this.trouble = error.message;
        this.playing = false;
        this.tell("new");
      };
      loadDigits().then(still(() => this.start()), (error: Error) => still(() => fail(error))());
    }
    this.tell("new");
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}
