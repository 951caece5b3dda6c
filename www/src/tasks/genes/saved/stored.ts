/** Results of models of genes in a workspace. */

import type { Shown } from "../../../explain/explanations";
import type { Change } from "../../../explain/perturbation";
import type { Preparation } from "../../../session/opened";
import type { Stored } from "../../../workspace/format";
import type { StoredPerturbation } from "../../shared/tables/workspace";
import type { ChangeListing, Listing, Shown as ShownOfChange } from "../order";
import type { LevelListing } from "../level/order";
import type { Alike } from "../samples/alike";
import type { SampleListing } from "../samples/matrix";
import type { SaidCell } from "../sure/sets";

/** Samples in a workspace. Their predictions are made again. */
export interface StoredSamples {
  /** Tables of each sample, by their places among the files. */
  readonly tables: readonly (readonly number[])[];
  /** Preparation of the tables of each cell type; absent before a run. */
  readonly alike?: readonly Alike[] | undefined;
  /** Samples in the pair and in the sort key are numbered by their place in `tables`. */
  readonly listing: SampleListing;
}

/** Fields of results of every outcome. Files are numbered by their place among the inputs. */
export interface StoredGenes extends Stored {
  /** True if it had been run. */
  readonly ran: boolean;
  readonly gene?: string | undefined;
  readonly perturbation?: StoredPerturbation | undefined;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[] | undefined;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: number | undefined;
  /** The genes' symbols. */
  readonly symbols?: number | undefined;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: number | undefined;
  /** Coverage of the sets or intervals that are shown; absent where there are none. */
  readonly coverage?: number | undefined;
  /** The user's word on the species of the genes. */
  readonly species?: string | undefined;
  /** The user's word on the cell type of the data. */
  readonly cell?: SaidCell;
  /** Samples beside each other, of which the tables above are one. */
  readonly samples?: StoredSamples | undefined;
}

/** Results that tell which genes are on. */
export interface GenesView extends StoredGenes {
  readonly kind: "genes";
  readonly table?: number | undefined;
  /** Measured expression. */
  readonly expression?: number | undefined;
  readonly preparation: Preparation;
  /** Explanation shown along a gene. */
  readonly shown: Shown;
  readonly listing: Listing;
}

/** Results that tell how much genes are expressed. */
export interface LevelsView extends StoredGenes {
  readonly kind: "levels";
  readonly table?: number | undefined;
  /** Measured counts. */
  readonly expression?: number | undefined;
  readonly preparation: Preparation;
  /** View shown along a gene; absent where nothing was chosen. */
  readonly shown?: ShownOfChange | undefined;
  readonly listing: LevelListing;
}

/** Results that tell how genes change from A to B. */
export interface ChangesView extends StoredGenes {
  readonly kind: "changes";
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly preparations: readonly [Preparation, Preparation];
  /** View shown along a gene; absent where nothing was chosen. */
  readonly shown?: ShownOfChange | undefined;
  readonly listing: ChangeListing;
  readonly threshold?: number | undefined;
  readonly countsA?: number | undefined;
  readonly countsB?: number | undefined;
}

/** Results of any outcome. */
export type GenesStored = GenesView | LevelsView | ChangesView;
