/** Runs the records of a file one after another, and stores the results. */

import type { Page } from "../../../session/page";
import { type Activities, Working } from "../../../rpc/working";
import { counted } from "../../../ui/words";
import type { SequenceSession } from "../session";
import { hasIntervals, whyWithout } from "../sure/intervals";
import { windowCount } from "../words";

/** State at one moment. */
export interface AllRecords extends Activities<"run" | "file", "all"> {
  /** Indices of the finished records. */
  readonly done: ReadonlySet<number>;
  /** The file and the model that they belong to: another file or model has none of them. */
  readonly of?: { readonly sequences: object; readonly sha256: string } | undefined;
}

const NONE: ReadonlySet<number> = new Set();

/** Runs all records. */
export class RunningAll extends Working<"run" | "file", AllRecords, "all"> {
  constructor(
    private readonly page: Page,
    private readonly work: Pick<SequenceSession, "state" | "listed" | "subscribe">,
  ) {
    super({ done: NONE, doing: {}, problems: {} });
    work.subscribe(() => {
      if (this.state.doing.run && !this.#isStill()) this.stop();
    });
  }

  /** The records of the file that the open model has predicted. */
  get done(): ReadonlySet<number> {
    const { sequences, model } = this.work.state;
    const { of, done } = this.state;
    return of && of.sequences === sequences && of.sha256 === model?.sha256 ? done : NONE;
  }

  /** Runs the unfinished records, in the order of the list, or only the given ones. */
  async run(only?: readonly number[]): Promise<void> {
    const { sequences, model } = this.work.state;
    const shape = model?.shape;
    if (!sequences || !shape) return;
    const { done } = this;
    const of = { sequences, sha256: model.sha256 };
    this.set({ of, done });
    const left = [...(only ?? this.work.listed)].filter((index) => !done.has(index));
    const windows = left.map((index) => windowCount(sequences.records[index]!.length, shape));
    const total = windows.reduce((sum, count) => sum + count, 0);
    let before = 0;
    const isDone = await this.do("run", sequences.file, async ({ signal, onProgress }) => {
      for (const [i, index] of left.entries()) {
        const { name } = sequences.records[index]!;
        const tell = (windows: number): void =>
          onProgress?.({
            ...{ stage: "predict", file: `${name}, record ${i + 1} of ${left.length}`, unit: "windows" },
            ...{ done: before + windows, total },
          });
        tell(0);
        // The displayed record has been predicted already.
        const { run: shown } = this.work.state;
        await this.page.worker.call(
          "predictRecord",
          { index, shown: shown?.index === index ? shown.id : undefined },
          { signal, onProgress: (progress) => progress.unit === "windows" && tell(progress.done) },
        );
        before += windows[i]!;
        this.set({ done: new Set([...this.state.done, index]) });
      }
      return true;
    });
    if (isDone) this.page.announce(`Done. ${counted(left.length, "record")} of ${sequences.file} were run.`);
  }

  /** Stops the run; finished records stay. */
  stop(): void {
    this.cancel("run");
  }

  /**
   * The predicted tracks of all finished records as one file, with intervals for the records whose intervals hold;
   * undefined if that failed, and the error is shown.
   */
  file(format: "tsv" | "bedgraph", tracks: readonly number[]): Promise<Blob | undefined> {
    const without = this.withoutIntervals.map(({ index }) => index);
    const coverage = without.length < this.done.size ? this.#coverage : undefined;
    return this.do("file", "the file", (options) =>
      this.page.worker.call("recordsFile", { format, tracks, coverage, without }, options),
    );
  }

  /** Finished records whose intervals have no guarantee, each with the reason. */
  get withoutIntervals(): { readonly index: number; readonly name: string; readonly why: string }[] {
    const { run, sequences } = this.work.state;
    if (!run || !sequences || this.#coverage === undefined) return [];
    return [...this.done].flatMap((index) => {
      const record = sequences.records[index]!;
      const why = whyWithout(run, record);
      return why === undefined ? [] : [{ index, name: record.name, why }];
    });
  }

  /** The chosen coverage, if the model supports intervals. */
  get #coverage(): number | undefined {
    const { run, model, coverage, noIntervals } = this.work.state;
    if (!run || run.model.sha256 !== model?.sha256 || noIntervals !== undefined) return undefined;
    return hasIntervals(run.model.card) ? coverage : undefined;
  }

  /** Discards the predictions. */
  async forget(): Promise<void> {
    this.cancelAll();
    if (!this.state.of) return;
    this.set({ of: undefined, done: NONE, problems: {} });
    await this.page.worker.call("forgetRecords", {});
  }

  /** Returns true if the file and the model have not changed since the start, and no other file is being read. */
  #isStill(): boolean {
    const { sequences, model, doing } = this.work.state;
    const { of } = this.state;
    return of?.sequences === sequences && of?.sha256 === model?.sha256 && doing.data === undefined;
  }

  protected override placeOf(): "all" {
    return "all";
  }

  protected override cancelled(): Partial<AllRecords> {
    this.page.announce(`Cancelled. ${counted(this.done.size, "record")} are done.`);
    return {};
  }
}
