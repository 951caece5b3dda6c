/** The genes along the sequences: which there are, those of the stretch that is shown, and places by name. */

import type { Gene, GeneModel, VariantRow } from "../../../../../pkg/src/index";
import type { SequenceGenes } from "../../../plots/sequences";
import { formatCount } from "../../../plots/core/format";
import type { Caller, Declared } from "../../../rpc/rpc";
import { type PlainError, WorkerError } from "../../../rpc/errors";
import type { Followed } from "../../../session/followed";
import type { TableRequest } from "../../../session/opened";
import { type Activity, Working } from "../../../session/working";
import { counted } from "../../../ui/words";
import { recordNamed } from "../locus";
import type { Place } from "../places";
import type { ReadSequences, TrackRun } from "../result";
import { changedBases } from "../variant-listing";
import type { GeneHandlers } from "./calls";
import type { NearGenes } from "./near";

export type GeneCalls = Declared<GeneHandlers>;

/** What is known at one moment. */
export interface GenesState {
  readonly genes?:
    | {
        readonly file: string;
        readonly count: number;
        readonly notes: readonly string[];
        readonly source: TableRequest;
      }
    | undefined;
  /** Those of a run. */
  readonly within?: { readonly run: TrackRun; readonly genes: readonly GeneModel[]; readonly more: number } | undefined;
  /** Those near by each variant of a file; undefined of one on a chromosome without genes. */
  readonly near?:
    { readonly rows: readonly VariantRow[]; readonly genes: readonly (NearGenes | undefined)[] } | undefined;
  readonly doing?: Activity | undefined;
  readonly problem?: PlainError | undefined;
  readonly announcement: string;
}

/** What is read of the session. */
interface From {
  readonly run?: TrackRun | undefined;
  readonly variants?: { readonly rows: readonly VariantRow[] } | undefined;
}

/** The genes of one file. */
export class KnownGenes extends Working<"genes", "genes", GenesState> {
  /** The variants whose genes are known or asked for. */
  #asked: readonly VariantRow[] | undefined;

  constructor(
    /** None where genes cannot be given. */
    private readonly worker: Caller<GeneCalls> | undefined,
    private readonly from: Pick<Followed<From>, "state" | "subscribe">,
  ) {
    super({ announcement: "" });
    from.subscribe(({ run, variants }) => {
      if (run !== undefined && run !== this.state.within?.run) void this.#fetch(run);
      if (variants?.rows !== this.#asked) void this.#fetchNear();
    });
  }

  /** Reads the genes of a GTF, GFF3 or BED file in place of those before. */
  async read(source: TableRequest): Promise<boolean> {
    const { worker } = this;
    const read = await this.do("genes", source.file, async (options) => worker?.call("readGenes", { source }, options));
    if (!read) return false;
    const { file, count, notes } = read;
    this.set({
      genes: { file, count, notes, source },
      within: undefined,
      near: undefined,
      announcement: `${file} was read: ${counted(count, "gene")}.`,
    });
    const { run } = this.from.state;
    await Promise.all([run && this.#fetch(run), this.#fetchNear()]);
    return true;
  }

  /** Takes them away. */
  close(): void {
    this.cancelAll();
    if (!this.state.genes) return;
    this.set({ genes: undefined, within: undefined, near: undefined });
    this.dismiss("genes");
    void this.worker?.call("forgetGenes", {}).catch(() => {});
  }

  /** What is drawn under the tracks of a run. */
  under(run: TrackRun): SequenceGenes | undefined {
    const { genes, within } = this.state;
    return genes && within?.run === run ? { file: genes.file, genes: within.genes, more: within.more } : undefined;
  }

  /** Those near by each of some variants; undefined without an annotation, and until that is known. */
  nearBy(rows: readonly VariantRow[]): readonly (NearGenes | undefined)[] | undefined {
    const { near } = this.state;
    return near?.rows === rows ? near.genes : undefined;
  }

  /** Names that what is typed may mean. */
  async complete(typed: string): Promise<readonly { readonly name: string; readonly gene: Gene }[]> {
    if (!this.worker || !this.state.genes || typed.trim() === "") return [];
    return this.worker.call("completeGenes", { typed: typed.trim() });
  }

  /** The place of a gene by its id or symbol. Throws where there is none, and says why. */
  async locate(name: string, sequences: ReadSequences): Promise<Place> {
    const gene = await this.worker!.call("findGene", { name: name.trim() });
    const { chromosome, start, end } = gene;
    const index = recordNamed(sequences, chromosome);
    const length = sequences.records[index]?.length ?? 0;
    if (end <= length) return { name: gene.name ?? gene.id, index, start, end };
    const found = `${gene.name ?? gene.id} lies at ${chromosome}:${formatCount(start + 1)}-${formatCount(end)}`;
    const why = index < 0 ? `${sequences.file} has no ${chromosome}` : `${chromosome} has ${formatCount(length)} bases`;
    throw new WorkerError({
      name: "InputError",
      code: "no-such-place",
      message: `${found}; ${why}.`,
      remedy: "Take genes of the same assembly as the sequence.",
    });
  }

  /** Of all that a run predicts: a reader moves along it. */
  async #fetch(run: TrackRun): Promise<void> {
    if (!this.worker || !this.state.genes) return;
    const { record, origin, bin, bins } = run;
    try {
      const place = { record: record.name, start: Math.max(0, origin), end: origin + bin * bins };
      const within = await this.worker.call("genesWithin", place);
      if (this.from.state.run === run && this.state.genes) this.set({ within: { run, ...within } });
    } catch (thrown) {
      this.fail("genes", thrown);
    }
  }

  /** Of all variants at once: they are sorted and searched by their genes. */
  async #fetchNear(): Promise<void> {
    const { genes } = this.state;
    const rows = this.from.state.variants?.rows;
    this.#asked = rows;
    if (!this.worker || !genes || !rows) return;
    try {
      const places = rows.map((row) => ({ chromosome: row.chromosome, ...changedBases(row) }));
      const near = await this.worker.call("genesNear", { places });
      // Others may have been read meanwhile.
      if (this.#asked === rows && this.state.genes === genes) this.set({ near: { rows, genes: near } });
    } catch (thrown) {
      this.fail("genes", thrown);
    }
  }

  protected override placeOf(): "genes" {
    return "genes";
  }

  protected override doing(_: "genes", activity: Activity | undefined): Partial<GenesState> {
    return { doing: activity };
  }

  protected override problem(_: "genes", problem: PlainError | undefined): Partial<GenesState> {
    return { problem };
  }

  protected override cancelled(): Partial<GenesState> {
    return { announcement: "Cancelled." };
  }
}
