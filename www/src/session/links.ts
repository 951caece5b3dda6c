/** Links to the current view, and requests of an address; the task of the open model handles both. */

import type { TaskSession } from "../tasks/shared/task";
import { type Address, type View, writeAddress } from "./address";
import { askedForm } from "./opened";
import type { State } from "./state";

/** A link, or the reason why there is none. */
export type Link = { readonly query: string } | { readonly reason: string };

/** A link to the current view. */
export function linkOf({ model }: Pick<State, "model">, active: Pick<TaskSession, "link"> | undefined): Link {
  if (!model || !active) return { reason: "No model is open yet." };
  if (model.id === undefined)
    return { reason: `A link opens models of this site; ${model.file} is your own. Save a workspace instead.` };
  const asked = askedForm(model);
  const link = active.link({
    model: model.id,
    ...(model.weights && model.weights !== "float16" ? { weights: model.weights } : {}),
    ...(asked === undefined ? {} : { form: asked ? "symmetric" : "published" }),
  });
  return "reason" in link ? link : { query: writeAddress(link.address) };
}

/**
 * Shows the view, gene, region, bin and variant of an address, or of a step of the history (without scrolling); returns
 * one sentence for each part that cannot be shown.
 */
export async function showAddress(
  address: Address,
  task: Pick<TaskSession, "places" | "show">,
  page?: { bring(view: View): void },
): Promise<string[]> {
  const known = Object.keys(task.places) as View[];
  const view = known.find((each) => each === address.view);
  const missing =
    address.view !== undefined && !view
      ? [`The address asks for the view “${address.view}”; here there are ${known.join(", ")}.`]
      : [];
  missing.push(...(await task.show(address, view)));
  // A view of a single gene is useless if that gene does not exist.
  if (view && (missing.length === 0 || view === "set")) page?.bring(view);
  return missing;
}
