/** View along a gene of a change: where the model looked, or what the fold change rests on. */

import type { ModelCard } from "../../../../../../pkg/src/index";
import { firstOf } from "../../../shared/explanation-choice";

export const SHOWN = ["alpha", "integrated-gradients"] as const;

export type Shown = (typeof SHOWN)[number];

/** Returns the user's choice, or else the winner of the deletion test, by the card of the run's model. */
export function shownOf({ model }: { readonly model: { readonly card: ModelCard } }, chosen: Shown | undefined): Shown {
  return chosen ?? firstOf(model.card, SHOWN);
}
