/** The genes along the sequences: their file, those of the displayed stretch, and positions by name. */

import type { Gene, GeneModel, NearGenes, VariantRow } from "../../../../../pkg/src/index";
import type { SequenceGenes } from "../../../plots/sequences";
import { formatCount } from "../../../plots/core/format";
import type { Caller, Declared } from "../../../rpc/rpc";
import { WorkerError } from "../../../rpc/errors";
import { type Activities, type Observable, Working } from "../../../rpc/working";
import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import { recordNamed } from "../places/locus";
import type { Place } from "../places/places";
import type { ReadSequences, TrackRun, VariantChange } from "../result";
import type { GeneHandlers } from "./calls";

export type GeneCalls = Declared<GeneHandlers>;

/** A gene that matches the typed text, and the name that finds it. */
export interface OfferedGene {
  readonly name: string;
  readonly gene: Gene;
}

/** Genes of a displayed stretch. */
interface Within<Of> {
  readonly of: Of;
  readonly genes: readonly GeneModel[];
  readonly more: number;
}

/** State at one moment. */
export interface GenesState extends Activities<"genes"> {
  readonly genes?:
    | {
        readonly file: string;
        readonly count: number;
        readonly notes: readonly string[];
        readonly source: TableRequest;
      }
    | undefined;
  /** Genes of a run, and of a variant's window, which may extend beyond the run. */
  readonly within?: Within<TrackRun | VariantChange> | undefined;
  readonly around?: Within<TrackRun | VariantChange> | undefined;
  /** Genes near each variant of a file; undefined on a chromosome without genes. */
  readonly near?:
    { readonly rows: readonly VariantRow[]; readonly genes: readonly (NearGenes | undefined)[] } | undefined;
  readonly announcement: string;
}

/** The parts of the session that are read. */
interface From {
  readonly run?: TrackRun | undefined;
  readonly variant?: VariantChange | undefined;
  readonly variants?: { readonly rows: readonly VariantRow[] } | undefined;
}

/** Every field `undefined`: clears the results for earlier genes. */
const NONE = { within: undefined, around: undefined, near: undefined } as const;

/** The genes of one file. */
export class KnownGenes extends Working<"genes", GenesState> {
  /** The run, variant and rows of the session whose genes are known or requested. */
  #requested: Omit<From, "variants"> & { readonly rows?: readonly VariantRow[] | undefined } = {};

  constructor(
    /** Undefined if genes cannot be opened. */
    private readonly worker: Caller<GeneCalls> | undefined,
    private readonly from: Pick<Observable<From>, "state" | "subscribe">,
  ) {
    super({ doing: {}, problems: {}, announcement: "" });
    from.subscribe((state) => void this.#follow(state));
  }

  /** Reads the genes of a GTF, GFF3 or BED file, in place of earlier ones. */
  async read(source: TableRequest): Promise<boolean> {
    const { worker } = this;
    const read = await this.do("genes", source.file, async (options) => worker?.call("readGenes", { source }, options));
    if (!read) return false;
    const { file, count, notes } = read;
    this.set({
      genes: { file, count, notes, source },
      ...NONE,
      announcement: `${file} was read: ${counted(count, "gene")}.`,
    });
    this.#requested = {};
    await this.#follow(this.from.state);
    return true;
  }

  /** Removes the genes. */
  close(): void {
    this.cancelAll();
    if (!this.state.genes) return;
    this.set({ genes: undefined, ...NONE });
    this.dismiss("genes");
    void this.worker?.call("forgetGenes", {}).catch(() => {});
  }

  /** Genes drawn under the tracks of a run, or of a variant. */
  under(of: TrackRun | VariantChange): SequenceGenes | undefined {
    const { genes, within, around } = this.state;
    const found = [within, around].find((each) => each?.of === of);
    return genes && found && { file: genes.file, genes: found.genes, more: found.more };
  }

  /** Genes near each variant; undefined without an annotation, and until they are known. */
  nearBy(rows: readonly VariantRow[]): readonly (NearGenes | undefined)[] | undefined {
    const { near } = this.state;
    return near?.rows === rows ? near.genes : undefined;
  }

  /** Names that match the typed text. */
  async complete(typed: string): Promise<readonly OfferedGene[]> {
    if (!this.worker || !this.state.genes || typed.trim() === "") return [];
    return this.worker.call("completeGenes", { typed: typed.trim() });
  }

  /** The position of a gene by id or symbol. Throws with the reason if there is none. */
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

  /** Requests the genes of whatever is new in the session. */
  async #follow({ run, variant, variants }: From): Promise<void> {
    if (!this.worker || !this.state.genes) return;
    const rows = variants?.rows;
    const requested = this.#requested;
    this.#requested = { run, variant, rows };
    await Promise.all([
      run && run !== requested.run && this.#fetchWithin(run, run, run.bins),
      run && variant && variant !== requested.variant && this.#fetchWithin(variant, run, binsOf(variant, run)),
      rows && rows !== requested.rows && this.#fetchNear(rows),
    ]);
  }

  /** Fetches the genes of the whole prediction, since readers move along it. */
  async #fetchWithin(of: TrackRun | VariantChange, { record, bin }: TrackRun, bins: number): Promise<void> {
    const { genes } = this.state;
    try {
      const place = { record: record.name, start: Math.max(0, of.origin), end: of.origin + bin * bins };
      const found = await this.worker!.call("genesWithin", place);
      if (this.state.genes !== genes) return;
      if (this.#requested.run === of) this.set({ within: { of, ...found } });
      if (this.#requested.variant === of) this.set({ around: { of, ...found } });
    } catch (thrown) {
      this.fail("genes", thrown);
    }
  }

  /** Fetches the genes near all variants at once, which the table sorts and searches by. */
  async #fetchNear(rows: readonly VariantRow[]): Promise<void> {
    const { genes } = this.state;
    try {
      const near = await this.worker!.call("genesNear", { variants: rows });
      if (this.#requested.rows === rows && this.state.genes === genes) this.set({ near: { rows, genes: near } });
    } catch (thrown) {
      this.fail("genes", thrown);
    }
  }

  protected override cancelled(): Partial<GenesState> {
    return { announcement: "Cancelled." };
  }
}

/** Bins of the window of a variant. */
function binsOf({ reference }: VariantChange, { peaks }: TrackRun): number {
  return reference.length / peaks.length;
}
