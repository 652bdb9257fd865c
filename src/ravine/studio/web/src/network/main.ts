// The script of the living network, loaded only where it stands.
import { start } from "../site/start";
import { Course } from "./course";
import { network } from "./widget";

// The engine without its widget: tests train with the very script that pages load, and compare it with PyTorch.
Object.assign(globalThis, { RAVINE_NETWORK: { Course } });
start({ network });
