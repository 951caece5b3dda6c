/** Credits of the models that the page runs. */

import { listed } from "../session/preparation";
import type { State } from "../session/state";

/** The families of the site's models, the papers behind the open one, and what predictions are for, in sentences. */
export function creditsInWords({ catalogue, model }: Pick<State, "catalogue" | "model">): string {
  const families = [...new Set(catalogue?.models.map(({ description }) => description.family.title))];
  const papers = model?.description.works.map(({ brief }) => brief) ?? [];
  return [
    `${families.length > 0 ? listed(families) : "Attention models"} in Rust, on WebGPU and WebAssembly.`,
    ...(papers.length > 0 ? [`The open model’s papers: ${listed(papers)}.`] : []),
    "Predictions are for research; they are not a diagnosis.",
  ].join(" ");
}
