// Starts what a page holds: each element with data-widget becomes the widget of that name.
import { anatomy } from "./anatomy/anatomy";
import { basin } from "./basin/basin";
import { chain } from "./chain/chain";
import { landscape } from "./landscape/widget";
import { mask } from "./mask/mask";
import { quiz } from "./quiz/quiz";
import { predict } from "./site/predict";
import { site } from "./site/site";
import { start } from "./site/start";
import { symbols } from "./site/symbols";
import { stream } from "./stream/stream";

site();
start({ anatomy, basin, chain, landscape, mask, predict, quiz, stream, symbols });
