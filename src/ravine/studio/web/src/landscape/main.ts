// The script of the pictures that need landscapes and charts, loaded only where one stands.
import { anatomy } from "../anatomy/anatomy";
import { basin } from "../basin/basin";
import { start } from "../site/start";
import { stream } from "../stream/stream";
import { landscape } from "./widget";

start({ anatomy, basin, landscape, stream });
