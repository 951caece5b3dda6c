/** A second model on the displayed record: its tracks beside those of the results. */

import type { CatalogueModel } from "../../../../../pkg/src/index";
import type { ModelOrigin, Page } from "../../../session/page";
import { modelName } from "../../../session/state";
import { type Activities, Working } from "../../../rpc/working";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { counterpart, inBinsOf, type OtherRun } from "./aligned";

/** A track of the results and one of the other model. */
export interface TrackPair {
  readonly track: number;
  readonly against: number;
  /** Both in the bins of the results, [bins]; undefined until the worker has answered. */
  readonly values?: readonly [Float32Array, Float32Array] | undefined;
}

/** State at one moment. */
export interface TrackComparison extends Activities<"run"> {
  readonly other?: OtherRun | undefined;
  readonly pair?: TrackPair | undefined;
}

/** Compares two models on a record. */
export class TrackComparing extends Working<"run", TrackComparison> {
  constructor(
    readonly page: Page,
    private readonly work: Pick<SequenceSession, "state">,
  ) {
    super({ doing: {}, problems: {} });
  }

  /** The other model's tracks, if they belong to the displayed record. */
  get shown(): { readonly run: TrackRun; readonly other: OtherRun; readonly pair: TrackPair } | undefined {
    const { run } = this.work.state;
    const { other, pair } = this.state;
    return run && other?.of === run.id && pair ? { run, other, pair } : undefined;
  }

  /** Predicts the displayed record with another model of the catalogue. */
  compareWith(entry: CatalogueModel): Promise<void> {
    const { request, weights } = this.page.fileOf(entry);
    return this.compareWithFile({ request, id: entry.id, weights });
  }

  /** As {@link compareWith}, for a model by its file; overlays the named tracks, by default two of one kind. */
  async compareWithFile(origin: ModelOrigin, wished?: Pick<TrackPair, "track" | "against">): Promise<void> {
    const { run, shown } = this.work.state;
    if (!run) return;
    const { request: model } = origin;
    const device = this.page.state.device?.kind ?? "cpu";
    const other = await this.do("run", model.file, (options) =>
      this.page.worker.call("predictOther", { run: run.id, model, device }, options),
    );
    // Another record may be displayed by now.
    if (!other || this.work.state.run !== run) return;
    this.page.noteOrigin(other.model, origin);
    this.set({ other });
    this.page.announce(`${modelName(other.model)} predicted ${other.record.name} too.`);
    const isThere = wished && wished.track < run.peaks.length && wished.against < other.peaks.length;
    if (isThere) return this.choose(wished.track, wished.against);
    const track = shown[0] ?? 0;
    await this.choose(track, counterpart(run.model.card, track, other.model.card, other.peaks.length));
  }

  /** Selects the tracks to overlay. */
  async choose(track: number, against: number): Promise<void> {
    const { run } = this.work.state;
    const { other } = this.state;
    if (!run || other?.of !== run.id) return;
    const pair: TrackPair = { track, against };
    this.set({ pair });
    try {
      const { worker } = this.page;
      const [[own], theirs] = await Promise.all([
        worker.call("trackValues", { run: run.id, tracks: [track] }),
        worker.call("otherValues", { id: other.id, track: against }),
      ]);
      // Other tracks may have been selected meanwhile.
      if (own && this.state.pair === pair) this.set({ pair: { ...pair, values: [own, inBinsOf(run, other, theirs)] } });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  /** Cancels the run of the other model. */
  stop(): void {
    this.cancel("run");
  }

  /** Removes the other model's tracks. */
  async clear(): Promise<void> {
    this.cancelAll();
    if (!this.state.other) return;
    this.set({ other: undefined, pair: undefined });
    await this.page.worker.call("forgetOther", {});
  }

  protected override cancelled(): Partial<TrackComparison> {
    this.page.announce("Cancelled.");
    return {};
  }
}
