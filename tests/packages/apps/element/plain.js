import "./node_modules/regulens/dist/element.js";
import { outcome } from "./show.js";

globalThis.outcome = outcome;
