/** Parts that tasks share whose models read tables of genes. */

import type { Change } from "../../../explain/perturbation";
import type { PlainError } from "../../../rpc/errors";
import { identityOf } from "../../../session/identity";
import type { OpenedModel } from "../../../session/opened";
import type { Page } from "../../../session/page";
import type { Activity } from "../../../rpc/async-state";

/** Changes of one gene's signal, as far as they were made. */
export interface Perturbation {
  readonly gene: string;
  /** The model that predicts what comes of them: its file and its form. */
  readonly sha256: string;
  readonly changes: readonly Change[];
}

/** State and actions of the bar that runs a model on tables. */
export interface Runnable {
  readonly page: Page;
  readonly running: Activity | undefined;
  readonly problem: PlainError | undefined;
  readonly whyNot: string | undefined;
  readonly isCurrent: boolean;
  /** True if there are results, and tables on which they could be renewed. */
  readonly hasResults: boolean;
  /** Data for the run: " on 100 genes". */
  readonly on: string;
  /** "this table" */
  readonly these: string;
  /** Model and tables of the results, where they are not those chosen now. */
  readonly before: string;
  readonly run: () => void;
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

/** Source of results that is not what is chosen now: "the model LSTM and the table my.csv". */
export function beforeInWords(
  before: OpenedModel | undefined,
  now: OpenedModel | undefined,
  tables: string | undefined,
): string {
  const differs = [
    before && identityOf(before) !== (now && identityOf(now))
      ? `the model ${before.card.name || before.file}`
      : undefined,
    tables,
  ].filter((part) => part !== undefined);
  return differs.length > 0 ? differs.join(" and ") : "other choices";
}
