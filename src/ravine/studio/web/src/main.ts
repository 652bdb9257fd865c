// Starts what a page holds: each element with data-widget becomes the widget of that name.
import { chain } from "./chain/chain";
import { mask } from "./mask/mask";
import { quiz } from "./quiz/quiz";
import { captions } from "./site/captions";
import { predict } from "./site/predict";
import { site } from "./site/site";
import { start } from "./site/start";
import { symbols } from "./site/symbols";

site();
captions();
start({ chain, mask, predict, quiz, symbols });
