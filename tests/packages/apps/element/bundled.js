import "regulens/element";
import { outcome } from "./show.js";

globalThis.outcome = outcome;
