/** Contributions of marks to the predictions of a run's genes: of those that were looked at, and of all on request. */

import type { WorkOptions } from "../../../pkg/src/index";
import type { Caller } from "../rpc/rpc";
import { type Activities, AsyncState } from "../rpc/async-state";
import { counted } from "../ui/words";
import type { MarkShare } from "./answer-words";
import type { ExplainCalls } from "./calls";
import type { Compared } from "./contrasts";

/** Genes of one call: their contributions are shown as they come. */
const AT_ONCE = 4;

/** Known contributions at one moment. Never changed in place. */
export interface SharesState extends Activities<"shares" | "seen"> {
  /** By the position of a gene in the run. */
  readonly known: ReadonlyMap<number, readonly MarkShare[]>;
  /** The baseline that genes are compared with. */
  readonly baseline: Compared;
  /** True once those of more genes than were looked at have been asked for. */
  readonly isAsked: boolean;
}

/** Contributions of the marks of genes of the finished run. */
export class MarkShares extends AsyncState<"shares" | "seen", SharesState> {
  #run: object | undefined;
  /** True once the search for the genes in view was ended, or failed: nobody asked for it. */
  #isEnded = false;
  #rows: readonly string[] = [];

  constructor(private readonly worker: Caller<Pick<ExplainCalls, "sharesOfGenes">>) {
    super({ known: new Map(), baseline: "zero", isAsked: false, doing: {}, problems: {} });
  }

  /** Takes contributions to `run` against `baseline` from now on; `rows` are their names. Others are forgotten. */
  follow(run: object, rows: readonly string[], baseline: Compared): void {
    if (this.#run === run && this.state.baseline === baseline) return;
    this.#run = run;
    this.#rows = rows;
    this.#isEnded = false;
    this.forgetAll();
    this.set({ known: new Map(), baseline, isAsked: false, doing: {}, problems: {} });
  }

  /** Takes contributions that were found where the gene was explained. */
  learn(gene: number, shares: readonly MarkShare[], baseline: Compared): void {
    if (baseline === this.state.baseline) this.set({ known: new Map(this.state.known).set(gene, shares) });
  }

  /**
   * Finds those of the genes in view, one after another, once a gene was explained: nothing is loaded for them, and
   * the first answer does not wait. Genes that come into view later take their place.
   */
  async see(genes: readonly number[]): Promise<void> {
    const { known, doing } = this.state;
    const missing = genes.filter((gene) => !known.has(gene));
    if (this.#isEnded || known.size === 0 || doing.shares || missing.length === 0) return;
    this.set({ isAsked: true });
    await this.do("seen", counted(missing.length, "gene"), async (options) => {
      try {
        await this.#find(missing, 1, options);
      } catch {
        if (!options.signal?.aborted) this.#isEnded = true;
      }
    });
  }

  /** Ends the search for the genes in view, of this run. */
  endSeeing(): void {
    this.#isEnded = true;
    this.cancel("seen");
  }

  /** Finds those of more genes, in this order. */
  async find(genes: Uint32Array): Promise<void> {
    const missing = Array.from(genes).filter((gene) => !this.state.known.has(gene));
    this.cancel("seen");
    this.set({ isAsked: true });
    await this.do("shares", counted(missing.length, "gene"), (options) => this.#find(missing, AT_ONCE, options));
  }

  async #find(missing: readonly number[], atOnce: number, { signal, onProgress }: WorkOptions): Promise<void> {
    const { baseline } = this.state;
    for (let done = 0; done < missing.length; done += atOnce) {
      onProgress?.({ stage: "explain", done, total: missing.length, unit: "genes" });
      const some = missing.slice(done, done + atOnce);
      const found = await this.worker.call("sharesOfGenes", { genes: some, baseline }, { signal });
      if (signal?.aborted) return;
      const all = new Map(this.state.known);
      // Found meanwhile, where a gene was explained, it stays: it stands beside the gene.
      some.forEach((gene, i) => {
        if (!all.has(gene))
          all.set(
            gene,
            this.#rows.map((mark, row) => ({ mark, ...found[i]![row]! })),
          );
      });
      this.set({ known: all });
    }
  }
}
