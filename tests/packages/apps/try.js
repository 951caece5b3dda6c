/** A trial of a host: a prediction in workers, a reader without a model, and the element, which servers import too. */

import * as engine from "regulens";
import "regulens/element";
import { readTable } from "regulens/parsers";
import * as plots from "regulens/plots";
import { predict } from "./predict.js";

/**
 * @param {string} model address of the model
 * @param {string} table address of its table
 */
export async function tried(model, table) {
  const bytes = new Uint8Array(await (await fetch(table)).arrayBuffer());
  const outcome = await predict(engine, plots, model, bytes);
  const { genes } = await readTable(bytes, { name: "table.csv.gz" });
  return { ...outcome, read: genes.length, element: await shown(model, table) };
}

/** The first gene as the element shows it. */
function shown(model, table) {
  return new Promise((resolve, reject) => {
    addEventListener("regulens-result", ({ detail: { gene, probability, alpha } }) =>
      resolve({ gene, probability, alpha: [...alpha] }),
    );
    addEventListener("regulens-error", ({ detail: { message } }) => reject(new Error(message)));
    const view = document.createElement("regulens-view");
    view.setAttribute("model", model);
    view.setAttribute("data", table);
    document.body.append(view);
  });
}
