// The script of the living network, loaded only where it stands.
import { start } from "../site/start";
import { network } from "./widget";

start({ network });
