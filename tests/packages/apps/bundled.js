import * as engine from "regulens";
import * as plots from "regulens/plots";
import { MODEL, table } from "./fetched.js";
import { predict } from "./predict.js";

globalThis.outcome = table().then((bytes) => predict(engine, plots, MODEL, bytes));
