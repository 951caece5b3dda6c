/** Contributions of marks to the predictions of a run's genes: for genes in view, and for all on request. */

import type { WorkOptions } from "../../../pkg/src/index";
import type { Caller } from "../rpc/rpc";
import { type Activities, Working } from "../rpc/working";
import { counted } from "../ui/words";
import type { MarkShare } from "./answer-words";
import type { ExplainCalls } from "./calls";
import type { Compared } from "./contrasts";

/** Genes per call: their contributions appear as they arrive. */
const AT_ONCE = 4;

/** Known contributions at one moment. Never changed in place. */
export interface SharesState extends Activities<"shares" | "seen"> {
  /** Contributions by index of the gene in the run. */
  readonly known: ReadonlyMap<number, readonly MarkShare[]>;
  /** The baseline of the contributions. */
  readonly baseline: Compared;
  /** True once contributions of more genes than those in view have been requested. */
  readonly isAsked: boolean;
}

/** Contributions of the marks of genes of the finished run. */
export class MarkShares extends Working<"shares" | "seen", SharesState> {
  #run: object | undefined;
  /** True once the search for the genes in view was stopped or failed: it does not restart by itself. */
  #isEnded = false;
  #rows: readonly string[] = [];

  constructor(private readonly worker: Caller<Pick<ExplainCalls, "sharesOfGenes">>) {
    super({ known: new Map(), baseline: "zero", isAsked: false, doing: {}, problems: {} });
  }

  /** Accepts contributions for `run` against `baseline` from now on; `rows` names them. Others are discarded. */
  follow(run: object, rows: readonly string[], baseline: Compared): void {
    if (this.#run === run && this.state.baseline === baseline) return;
    this.#run = run;
    this.#rows = rows;
    this.#isEnded = false;
    this.forgetAll();
    this.set({ known: new Map(), baseline, isAsked: false, doing: {}, problems: {} });
  }

  /** Stores contributions that were computed when the gene was explained. */
  learn(gene: number, shares: readonly MarkShare[], baseline: Compared): void {
    if (baseline === this.state.baseline) this.set({ known: new Map(this.state.known).set(gene, shares) });
  }

  /**
   * Computes contributions of the genes in view, one after another, once a gene has been explained: they neither load
   * an engine nor delay the first answer. Genes that come into view later replace them.
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

  /** Stops the search for the genes in view of this run. */
  endSeeing(): void {
    this.#isEnded = true;
    this.cancel("seen");
  }

  /** Computes contributions of further genes, in this order. */
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
      // A result found meanwhile by explaining the gene takes precedence: it is shown beside the gene.
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
