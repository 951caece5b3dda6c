import * as engine from "./node_modules/regulens/dist/index.js";
import * as plots from "./node_modules/regulens/dist/plots.js";
import { MODEL, table } from "./fetched.js";
import { predict } from "./predict.js";

globalThis.outcome = table().then((bytes) => predict(engine, plots, MODEL, bytes));
