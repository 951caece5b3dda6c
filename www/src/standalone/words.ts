/** Texts of a page of one file about itself. */

import { formatCount } from "../plots/core/format";
import { counted } from "../ui/words";
import type { Manifest, Role } from "./format";

/** Items that each role counts. */
const COUNTED: Partial<Record<Role, string>> = {
  table: "gene",
  sequences: "record",
  variants: "variant",
  genes: "gene",
};

/** "It has 20 of the 400 genes of my.csv."; empty where it has all. */
export function partsInWords({ inputs, run }: Pick<Manifest, "inputs" | "run">): string {
  const which = run?.chosen ? `: ${run.chosen}` : "";
  const parts = inputs.flatMap(({ role, file, items, of, sample }) => {
    const noun = COUNTED[role];
    // Other samples have the same genes.
    const isPart = sample === undefined && noun !== undefined && items !== undefined && of !== undefined && items < of;
    return isPart ? [`${formatCount(items)} of the ${counted(of, noun)} of ${file}`] : [];
  });
  return parts.length > 0 ? `It has ${parts.join(", and ")}${which}.` : "";
}
