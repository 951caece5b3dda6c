/** Going to places: those that are typed, that a file lists, or that a reader moves on to. */

import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { KnownGenes } from "../genes/known";
import { isPlace, type Locus, locusOf } from "./locus";
import { TestSession } from "../explained/test-session";
import { basesOf, covers, named, type Place, placeInWords, placeOfText, placesOf } from "./places";
import type { ReadSequences, TrackRun } from "../result";
import { binsOf, strongestBin } from "../run/view";
import type { Part, SequenceState } from "../session-state";

/** Margin shown on either side of a gene, as a share of its length. */
const MARGIN = 0.2;

/**
 * View after a run: bases, or a width of them where the first track is highest; all of it without either.
 */
export interface ViewAfter {
  readonly bases?: Locus["bases"];
  readonly width?: number;
}

/** Actions of the page on places. */
export abstract class PlaceSession extends TestSession {
  #placed: { readonly rows: object; readonly sequences: ReadSequences; readonly places: readonly Place[] } | undefined;

  /** The genes along the sequences. */
  abstract readonly genes: KnownGenes;

  /** The record whose tracks are shown; none where they are of other sequences. */
  abstract get open(): number | undefined;

  /** Chooses a record; where one was run before, runs this one, and comes as close to it. */
  abstract chooseRecord(index: number): Promise<void>;

  /** Runs what is chosen. */
  protected abstract runChosen(went: number | undefined, view?: ViewAfter): Promise<void>;

  /** The places that the list has: those of a file of regions, or those that were gone to. */
  get places(): readonly Place[] {
    const { sequences, regions, visited } = this.state;
    if (!sequences) return [];
    if (!regions) return visited;
    if (this.#placed?.rows !== regions.rows || this.#placed.sequences !== sequences)
      this.#placed = { rows: regions.rows, sequences, places: placesOf(regions.rows, sequences) };
    return this.#placed.places;
  }

  /** Notes a place that was gone to. */
  protected visit(place: Place): void {
    const { visited } = this.state;
    const isThere = visited.some(
      ({ index, start, end }) => index === place.index && start === place.start && end === place.end,
    );
    if (!isThere) this.set({ visited: [...visited, place] });
  }

  /** Reads the regions that a BED file lists. */
  async readRegions(source: TableRequest): Promise<boolean> {
    const rows = await this.do("regions", source.file, (options) =>
      this.worker.call("readRegions", { source }, options),
    );
    if (!rows) return false;
    this.set({
      regions: { file: source.file, rows, source },
      announcement: `${source.file} was read: ${counted(rows.length, "region")}.`,
    });
    return true;
  }

  /** Takes the regions of a file away. */
  closeRegions(): void {
    this.set({ regions: undefined });
    this.dismiss("regions");
  }

  /** Chooses the place that is to be run. */
  choosePlace(place: Place): void {
    const { sequences } = this.state;
    if (sequences) this.set({ place: named(sequences, place) });
  }

  /**
   * Shows a place, with a share of its length on either side; runs its record, or of a genome that is read by slices
   * the place, where it is not predicted yet.
   */
  async openPlace(place: Place, margin = 0): Promise<void> {
    const { run, sequences, model } = this.state;
    const bases = basesOf(place, margin, sequences?.records[place.index]?.length);
    const went = (this.state.went ?? 0) + 1;
    const isRun = run !== undefined && this.open === place.index && run.model.sha256 === model?.sha256;
    this.dismiss("locus");
    this.set({ index: place.index, place });
    try {
      if (isRun && (!sequences?.isSliced || covers(run, place))) {
        this.visit(place);
        await this.#lookAtBases(place.name, bases, went);
      } else await this.runChosen(went, { bases });
    } catch (thrown) {
      this.fail("locus", thrown);
    }
  }

  /**
   * Shows the place that was typed, running its record where that is another one, and where the heads looked from it.
   * `isFixed` keeps to the record that is open.
   */
  async goTo(text: string, isFixed = false): Promise<void> {
    const { run, sequences, model } = this.state;
    if (sequences && this.genes.state.genes && !isPlace(text, sequences) && !isFixed)
      try {
        return await this.openPlace(await this.genes.locate(text, sequences), MARGIN);
      } catch (thrown) {
        return this.fail("locus", thrown);
      }
    if (sequences?.isSliced && (this.open !== undefined || !run) && !isFixed)
      try {
        return await this.openPlace(placeOfText(text, sequences, run?.index ?? 0, model?.shape?.length ?? 0));
      } catch (thrown) {
        return this.fail("locus", thrown);
      }
    if (!run || !sequences) return;
    this.dismiss("locus");
    // Other sequences may have been read since, which have not run.
    try {
      const { index, bases } =
        this.open !== undefined
          ? locusOf(text, sequences, run.index)
          : { ...locusOf(text, { file: run.file, records: [run.record], isSliced: false }, 0), index: run.index };
      // Another record and the place in it are one step of the way back.
      const went = (this.state.went ?? 0) + 1;
      if (index !== run.index) {
        if (isFixed) throw notOpen(text, run.record.name);
        this.set({ index });
        await this.runChosen(went, { bases });
      } else if (index !== this.state.index) await this.chooseRecord(index);
      if (this.state.run?.index === index) await this.#lookAtBases(text, bases, went);
    } catch (thrown) {
      this.fail("locus", thrown);
    }
  }

  async #lookAtBases(text: string, bases: Locus["bases"], went: number): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    if (!bases) return this.look([0, run.bins]);
    const [from, to] = binsOf(run, bases);
    if (to <= 0 || from >= run.bins) throw notPredicted(text, run);
    this.set({ went });
    if (bases[0] === bases[1]) return this.chooseBase(bases[0] - 1);
    this.look([from, to]);
    // Readouts of one bin are of one that is in view.
    const { bin: chosen, view } = this.state;
    const best = strongestBin(this.state, view);
    if ((chosen === undefined || chosen < view[0] || chosen >= view[1]) && best !== undefined) await this.lookAt(best);
  }

  /** Moves the view by a share of its width; beyond what is predicted of a genome, the place there is run. */
  pan(share: number): void {
    const { view, run, sequences } = this.state;
    const [from, to] = view;
    const step = Math.round((to - from) * share) || Math.sign(share);
    if (!run || !sequences || this.#mayLook(step)) return this.look([from + step, to + step]);
    if (!this.canPan(step)) return;
    const { length } = run.record;
    const start = Math.max(0, Math.min(length - 1, run.origin + (from + step) * run.bin));
    const place = { index: run.index, start, end: Math.min(length, start + (to - from) * run.bin) };
    const name = placeInWords(sequences, place);
    void this.openPlace({ ...place, name });
  }

  /** Returns true if there is more to see on that side. */
  canPan(side: number): boolean {
    const { run } = this.state;
    if (!run) return false;
    if (this.#mayLook(side)) return true;
    if (!run.region || this.open === undefined) return false;
    return side < 0 ? run.origin > 0 : run.origin + run.bin * run.bins < run.record.length;
  }

  #mayLook(side: number): boolean {
    const { view, run } = this.state;
    return side < 0 ? view[0] > 0 : view[1] < (run?.bins ?? 0);
  }

  /** Where the run of another record is cancelled, the one that is open stays. */
  protected override cancelled(part: Part): Partial<SequenceState> {
    const open = part === "run" ? this.open : undefined;
    const { run, place: asked } = this.state;
    const region = open === undefined ? undefined : run?.region;
    const place = region ? { name: "", index: run!.index, ...region } : asked;
    return { index: open ?? this.state.index, place, announcement: "Cancelled." };
  }
}

function notOpen(text: string, record: string): WorkerError {
  return new WorkerError({
    name: "InputError",
    code: "no-such-place",
    message: `${text.trim()}: these are the tracks of ${record}.`,
    remedy: `Write a place of ${record}.`,
  });
}

function notPredicted(text: string, { record, origin, bin, bins }: TrackRun): WorkerError {
  const predicted = `${formatCount(Math.max(1, origin + 1))}-${formatCount(Math.min(record.length, origin + bins * bin))}`;
  return new WorkerError({
    name: "InputError",
    code: "not-predicted",
    message: `${text.trim()}: the model reads these bases, but predicts ${predicted} of ${record.name}.`,
    remedy: `Write a place within ${predicted}.`,
  });
}
