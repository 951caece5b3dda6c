/** Runs the records of a file one after another, and keeps what is done. */

import type { Page } from "../../../session/page";
import { type Activities, Working } from "../../../rpc/working";
import { counted } from "../../../ui/words";
import type { SequenceSession } from "../session";
import { coverageDrawn, whyWithdrawn } from "../sure/intervals";
import { windowCount } from "../words";

/** State at one moment. */
export interface AllRecords extends Activities<"run" | "file", "all"> {
  /** Positions of the records that are done. */
  readonly done: ReadonlySet<number>;
  /** The file and the model that they belong to: another file or another model has others. */
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

  /** Runs the records that are not done, in the order of the list, or only the given ones. */
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
        // The record that is shown is predicted already.
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

  /** Ends it; what is done stays. */
  stop(): void {
    this.cancel("run");
  }

  /**
   * The predicted tracks of all records that are done as one file, with intervals where these are drawn; undefined
   * where that failed, which is then shown.
   */
  file(format: "tsv" | "bedgraph", tracks: readonly number[]): Promise<Blob | undefined> {
    const coverage = this.#coverage;
    return this.do("file", "the file", (options) =>
      this.page.worker.call("recordsFile", { format, tracks, coverage }, options),
    );
  }

  /** The coverage of the intervals that are drawn, where they are promised of every record. */
  get #coverage(): number | undefined {
    const { run, model, sequences } = this.work.state;
    if (!run || !sequences || run.model.sha256 !== model?.sha256) return undefined;
    const records = [...this.done].map((index) => sequences.records[index]!);
    const isPromised = records.every((record) => whyWithdrawn({ ...run, record }) === undefined);
    return isPromised ? coverageDrawn(this.work.state) : undefined;
  }

  /** Forgets what was predicted. */
  async forget(): Promise<void> {
    this.cancelAll();
    if (!this.state.of) return;
    this.set({ of: undefined, done: NONE, problems: {} });
    await this.page.worker.call("forgetRecords", {});
  }

  /** Returns true if the file and the model are those with which it began, and no other file is being read. */
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
