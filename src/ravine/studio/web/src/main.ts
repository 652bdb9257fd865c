// Starts what a page holds: each element with data-widget becomes the widget of that name.
import { anatomy } from "./anatomy/anatomy";
import { basin } from "./basin/basin";
import { landscape } from "./landscape/widget";
import { quiz } from "./quiz/quiz";
import { site } from "./site/site";
import { start } from "./site/start";
import { symbols } from "./site/symbols";
import { stream } from "./stream/stream";

site();
start({ anatomy, basin, landscape, quiz, stream, symbols });
