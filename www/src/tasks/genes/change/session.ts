/** State and actions of the page for models that predict the change between two cell types. */

import type { Page } from "../../../session/page";
import { decimal } from "../../../standalone/data";
import { contributionsPicture } from "../contributions-picture";
import { alongOf, SHOWN } from "../order";
import { GenesWork, type Parts } from "../session";
import { contributionsDrawing } from "./contributions";
import { CHANGE, type ChangeState, type CurrentChange } from "./outcome";
import type { ChangedGene } from "../result";

interface Own extends Parts {
  /** Counts that were given for an earlier run hold for this one too. */
  recallCounts(): Promise<void>;
}

export type ChangeWork = GenesWork<CurrentChange, ChangedGene, ChangeState, Own>;

/** Begins to run models on two tables. */
export function changeWork(page: Page): ChangeWork {
  return new GenesWork<CurrentChange, ChangedGene, ChangeState, Own>(page, CHANGE, ownOf);
}

function ownOf(work: ChangeWork): Own {
  return {
    ...alongOf(work),
    get picture() {
      return contributionsPicture(work, contributionsDrawing);
    },
    get chosen() {
      const { shown, threshold } = work.state;
      return { shown, threshold };
    },
    choose({ shown, threshold }) {
      work.set({ shown: SHOWN.find((each) => each === shown), threshold });
    },
    async takeMeasured({ of, file, values }) {
      if (of === "expression") return;
      const cell = (gene: string): string => (/[,\t"]/.test(gene) ? `"${gene.replaceAll('"', '""')}"` : gene);
      const { genes = [] } = work.state.run ?? {};
      const rows = genes.flatMap((gene, i) => (values[i] == null ? [] : [`${cell(gene)},${decimal(values[i])}\n`]));
      // Counts of genes as the file that they were read from had them.
      const blob = new Blob(["gene,count\n", ...rows]);
      await work.readMeasured({ blob, file }, of === "counts-a" ? "a" : "b");
    },
    async recallCounts() {
      const { run } = work.state;
      const measured = await work.page.worker.call("measured", {});
      if (work.state.run === run) work.set({ measured });
    },
  };
}
