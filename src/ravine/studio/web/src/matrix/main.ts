// The script of the matrix widget, loaded only where it stands.
import { start } from "../site/start";
import { matrix } from "./matrix";

start({ matrix });
