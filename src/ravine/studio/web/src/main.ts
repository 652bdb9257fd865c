// Starts what a page holds: each element with data-widget becomes the widget of that name.
import { landscape } from "./landscape/widget";
import { site } from "./site/site";
import { start } from "./site/start";
import { symbols } from "./site/symbols";
import { stream } from "./stream/stream";

site();
start({ landscape, stream, symbols });
