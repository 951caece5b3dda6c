/** Facts about a task before any model of it is open. Small: all of it is loaded with the page. */

import type { CatalogueModel } from "../../../../pkg/src/index";
import type { FileKind } from "../../session/files";
import type { InputRole } from "../../session/workspace-types";
import type { Cell } from "./cells";

/** A score on data that a model never saw, and what it is. */
export interface TestScore {
  readonly name: "AUROC" | "Pearson’s r";
  readonly value: number;
}

/** Test scores in an entry of the catalogue, or in that of its ensemble. */
export type TestedFile = Pick<CatalogueModel, "test_auroc" | "test_pearson">;

/** A group of models in the catalogue: those that learned from the same. */
export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Facts about a task. */
export interface TaskFacts {
  /** The cell types whose tables its models read; none where they read no tables. */
  readonly cells: readonly Cell[];
  /** Kinds of files that its models read and those of no other task do; tables are told apart by their number. */
  readonly own: readonly FileKind[];
  /** Title of the task in the choice of tasks. */
  readonly title: string;
  /** Ending of "It …" that describes the work of its models. */
  readonly does: string;
  /** Caveat about a model that the page chose for the user's own data; empty where there is none. */
  readonly caution: string;
  /** Units that models are tested on. */
  readonly tested: "genes" | "sequences";
  /** Purpose of the page. */
  readonly purpose: string;
  /** "your tables are": what stays on this machine. */
  readonly stays: string;
  /** True if variants tell the models of a group apart; where they do not, each goes by its own name. */
  readonly namedByVariant: boolean;
  /** The roles of files in workspaces with what they are called. */
  readonly stored: {
    readonly roles: Readonly<Partial<Record<InputRole, string>>>;
    /** Roles of what was computed of the others: nobody has such a file, none is asked for, it holds for no others. */
    readonly made: readonly InputRole[];
  };
  /** The default model, among those that were trained on measurements. */
  recommended(measured: readonly CatalogueModel[]): CatalogueModel | undefined;
  /** Reason of the recommendation: "highest r on validation data". */
  readonly recommendedFor: string;
  group(model: CatalogueModel): Group;
  score(file: TestedFile): TestScore | undefined;
}
