import { readFile } from "node:fs/promises";
import * as engine from "regulens";
import * as plots from "regulens/plots";
import { predict } from "./predict.js";

const outcome = await predict(engine, plots, "data/model.safetensors", await readFile("data/table.csv.gz"));
process.stdout.write(JSON.stringify(outcome));
