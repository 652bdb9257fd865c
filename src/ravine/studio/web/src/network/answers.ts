// What a network answers: the regions of a plane, a curve, or the held-out digits that it gets wrong.
import { channels } from "../parts/theme";
import type { Course } from "./course";
import { PIXELS } from "./digits";
import { type Inks, Sheet } from "./sheet";
import { alongLine, GRID, SPAN } from "./survey";

const SIDE = 8; // pixels along each side of a digit

export class Answers {
  readonly sheet = new Sheet("answers");

  draw(course: Course, number: number, inks: Inks): void {
    const { recipe, task } = course.trainer;
    const paint = recipe.data === "digits" ? digits : task.classes === 0 ? curve : plane;
    this.sheet.words = inWords(course);
    this.sheet.draw(inks, (context, width, height) => paint(context, width, height, inks, course, number));
  }
}

type Paint = (
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  inks: Inks,
  course: Course,
  number: number,
) => void;

function inWords({ trainer, examination, latest }: Course): string {
  const { task, recipe } = trainer;
  if (task.classes === 0) return "The curve that the network draws, through the points that it is trained on.";
  const wrong = latest ? misread(examination.answers, task.heldOut.targets) : [];
  const share = `${wrong.length} of ${examination.answers.length} held-out examples are named wrong.`;
  return recipe.data === "digits" ? `Digits that it gets wrong: ${share}` : `The plane as the network divides it: ${share}`;
}

function misread(answers: Float64Array, targets: Float64Array): number[] {
  return [...answers.keys()].filter((i) => answers[i] !== targets[i]);
}

const plane: Paint = (context, width, height, inks, course) => {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  context.imageSmoothingQuality = "high";
  context.drawImage(regions(course, inks), left, top, side, side);
  const { scaling, train } = course.trainer.task;
  const { centre, spread } = scaling;
  const radius = Math.max(1.8, side / 100);
  context.strokeStyle = inks.paper;
  context.lineWidth = 1;
  for (let i = 0; i < train.count; i++) {
    const x = left + side * (0.5 + (train.inputs[2 * i]! * spread[0]! + centre[0]!) / (2 * SPAN));
    const y = top + side * (0.5 - (train.inputs[2 * i + 1]! * spread[1]! + centre[1]!) / (2 * SPAN));
    const first = train.targets[i] === 0;
    context.fillStyle = inks.classes[first ? 0 : 1];
    context.beginPath();
    // Two shapes, for who does not tell the colours apart.
    if (first) context.arc(x, y, radius * 1.15, 0, 7);
    else context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    context.fill();
    context.stroke();
  }
};

/** A small picture: the surer the network is of a class, the more of the class's colour. */
function regions({ survey }: Course, inks: Inks): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = picture.height = GRID;
  const context = picture.getContext("2d")!;
  const image = context.createImageData(GRID, GRID);
  const [first, second, paper] = [channels(inks.classes[0]), channels(inks.classes[1]), channels(inks.paper)];
  survey.answers.forEach((sure, k) => {
    const [colour, share] = [sure < 0 ? first : second, 0.05 + 0.37 * Math.abs(sure)];
    for (let c = 0; c < 3; c++)
      image.data[4 * k + c] = Number.isNaN(sure) ? paper[c]! : paper[c]! + share * (colour[c]! - paper[c]!);
    image.data[4 * k + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return picture;
}

const curve: Paint = (context, width, height, inks, course, number) => {
  const { scaling, train } = course.trainer.task;
  const [x, y] = [(value: number) => width * (0.5 + value / 2.2), (value: number) => height * (0.5 - value / 2.8)];
  context.strokeStyle = inks.line;
  context.beginPath();
  context.moveTo(0, y(0));
  context.lineTo(width, y(0));
  context.stroke();
  context.fillStyle = inks.soft;
  for (let i = 0; i < train.count; i++) {
    context.beginPath();
    context.arc(x(train.inputs[i]! * scaling.spread[0]! + scaling.centre[0]!), y(train.targets[i]!), 2, 0, 7);
    context.fill();
  }
  context.strokeStyle = inks.networks[number]!;
  context.lineWidth = 2.5;
  context.beginPath();
  const { answers } = course.survey;
  answers.forEach((answer, k) => context.lineTo(x(alongLine(k)), Math.min(Math.max(y(answer), -50), height + 50)));
  context.stroke();
};

const digits: Paint = (context, width, height, inks, course, number) => {
  const { heldOut, scaling } = course.trainer.task;
  if (course.latest === null) return;
  const { answers } = course.examination;
  const wrong = misread(answers, heldOut.targets);
  const [gap, words] = [8, 15];
  const cell = width < 300 ? 32 : 40;
  const columns = Math.floor((width + gap) / (cell + gap));
  const lines = Math.max(1, Math.floor((height + gap) / (cell + gap + words)));
  const [ink, paper] = [channels(inks.ink), channels(inks.paper)];
  const margin = (width - columns * (cell + gap) + gap) / 2;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.imageSmoothingEnabled = false;
  const picture = document.createElement("canvas");
  picture.width = picture.height = SIDE;
  const pen = picture.getContext("2d")!;
  wrong.slice(0, columns * lines).forEach((example, place) => {
    const left = margin + (place % columns) * (cell + gap);
    const top = Math.floor(place / columns) * (cell + gap + words);
    const image = pen.createImageData(SIDE, SIDE);
    for (let i = 0; i < PIXELS; i++) {
      const dark = heldOut.inputs[example * PIXELS + i]! * scaling.spread[i]! + scaling.centre[i]!;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c]! + dark * (ink[c]! - paper[c]!);
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    context.drawImage(picture, left, top, cell, cell);
    context.strokeStyle = inks.line;
    context.strokeRect(left + 0.5, top + 0.5, cell - 1, cell - 1);
    context.fillStyle = inks.networks[number]!;
    context.fillText(`${heldOut.targets[example]} as ${answers[example]}`, left + cell / 2, top + cell + 2, cell + gap);
  });
};
