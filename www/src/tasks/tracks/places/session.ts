/** Goes to regions: typed ones, those listed in a file, or those a reader moves to. */

import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { KnownGenes } from "../genes/known";
import { isPlace, type Locus, locusOf } from "./locus";
import { basesOf, covers, named, type Place, placeInWords, placeOfText, placesOf } from "./places";
import type { ReadSequences, TrackRun } from "../result";
import { binsOf, type ShownTracks, strongestBin } from "../run/session";
import type { Sequences } from "../session-state";

/** Margin shown on either side of a gene, as a fraction of its length. */
const MARGIN = 0.2;

/**
 * View after a run: given bases; or a width around the maximum of the first track; by default all of it.
 */
export interface ViewAfter {
  readonly bases?: Locus["bases"];
  readonly width?: number;
}

/** Records that regions belong to. */
interface Records {
  /** The record of the displayed tracks; undefined if they belong to other sequences. */
  readonly open: number | undefined;
  /** Selects a record; if another was run before, runs this one, and keeps the zoom. */
  chooseRecord(index: number): Promise<void>;
  /** Runs the current selection. */
  runChosen(went: number | undefined, view?: ViewAfter): Promise<void>;
}

/** Actions of the page for regions. */
export class Places {
  #placed: { readonly rows: object; readonly sequences: ReadSequences; readonly places: readonly Place[] } | undefined;

  constructor(
    private readonly at: Sequences & Records,
    private readonly tracks: ShownTracks,
    private readonly genes: KnownGenes,
  ) {}

  /** The listed regions: those of a file, or those visited. */
  get all(): readonly Place[] {
    const { sequences, regions, visited } = this.at.state;
    if (!sequences) return [];
    if (!regions) return visited;
    if (this.#placed?.rows !== regions.rows || this.#placed.sequences !== sequences)
      this.#placed = { rows: regions.rows, sequences, places: placesOf(regions.rows, sequences) };
    return this.#placed.places;
  }

  /** Records a visited region. */
  visit(place: Place): void {
    const { visited } = this.at.state;
    const isThere = visited.some(
      ({ index, start, end }) => index === place.index && start === place.start && end === place.end,
    );
    if (!isThere) this.at.set({ visited: [...visited, place] });
  }

  /** Reads the regions in a BED file. */
  async readRegions(source: TableRequest): Promise<boolean> {
    const rows = await this.at.do("regions", source.file, (options) =>
      this.at.worker.call("readRegions", { source }, options),
    );
    if (!rows) return false;
    this.at.set({
      regions: { file: source.file, rows, source },
      announcement: `${source.file} was read: ${counted(rows.length, "region")}.`,
    });
    return true;
  }

  /** Removes the regions of a file. */
  closeRegions(): void {
    this.at.set({ regions: undefined });
    this.at.dismiss("regions");
  }

  /** Selects the region to run. */
  choose(place: Place): void {
    const { sequences } = this.at.state;
    if (sequences) this.at.set({ place: named(sequences, place) });
  }

  /**
   * Shows a region, extended on either side by a fraction of its length; runs its record, or for a genome read by
   * slices the region, unless it has been predicted.
   */
  async open(place: Place, margin = 0): Promise<void> {
    const { run, sequences, model } = this.at.state;
    const bases = basesOf(place, margin, sequences?.records[place.index]?.length);
    const went = (this.at.state.went ?? 0) + 1;
    const isRun = run !== undefined && this.at.open === place.index && run.model.sha256 === model?.sha256;
    this.at.dismiss("locus");
    this.at.set({ index: place.index, place });
    try {
      if (isRun && (!sequences?.isSliced || covers(run, place))) {
        this.visit(place);
        await this.#lookAtBases(place.name, bases, went);
      } else await this.at.runChosen(went, { bases });
    } catch (thrown) {
      this.at.fail("locus", thrown);
    }
  }

  /**
   * Shows the typed position and the attention from it, and runs its record if that is another one. `isFixed` restricts
   * it to the open record.
   */
  async goTo(text: string, isFixed = false): Promise<void> {
    const { run, sequences, model } = this.at.state;
    if (sequences && this.genes.state.genes && !isPlace(text, sequences) && !isFixed)
      try {
        return await this.open(await this.genes.locate(text, sequences), MARGIN);
      } catch (thrown) {
        return this.at.fail("locus", thrown);
      }
    if (sequences?.isSliced && (this.at.open !== undefined || !run) && !isFixed)
      try {
        return await this.open(placeOfText(text, sequences, run?.index ?? 0, model?.shape?.length ?? 0));
      } catch (thrown) {
        return this.at.fail("locus", thrown);
      }
    if (!run || !sequences) return;
    this.at.dismiss("locus");
    // Other sequences may have been read since, and not run.
    try {
      const { index, bases } =
        this.at.open !== undefined
          ? locusOf(text, sequences, run.index)
          : { ...locusOf(text, { file: run.file, records: [run.record], isSliced: false }, 0), index: run.index };
      // Another record and the region in it are a single step of the history.
      const went = (this.at.state.went ?? 0) + 1;
      if (index !== run.index) {
        if (isFixed) throw notOpen(text, run.record.name);
        this.at.set({ index });
        await this.at.runChosen(went, { bases });
      } else if (index !== this.at.state.index) await this.at.chooseRecord(index);
      if (this.at.state.run?.index === index) await this.#lookAtBases(text, bases, went);
    } catch (thrown) {
      this.at.fail("locus", thrown);
    }
  }

  async #lookAtBases(text: string, bases: Locus["bases"], went: number): Promise<void> {
    const { run } = this.at.state;
    if (!run) return;
    if (!bases) return this.tracks.look([0, run.bins]);
    const [from, to] = binsOf(run, bases);
    if (to <= 0 || from >= run.bins) throw notPredicted(text, run);
    this.at.set({ went });
    if (bases[0] === bases[1]) return this.tracks.chooseBase(bases[0] - 1);
    this.tracks.look([from, to]);
    // Readouts of a single bin need it in view.
    const { bin: chosen, view } = this.at.state;
    const best = strongestBin(this.at.state, view);
    if ((chosen === undefined || chosen < view[0] || chosen >= view[1]) && best !== undefined)
      await this.tracks.lookAt(best);
  }

  /** Moves the view by a fraction of its width; beyond the predicted part of a genome, the region there is run. */
  pan(share: number): void {
    const { view, run, sequences } = this.at.state;
    const [from, to] = view;
    const step = Math.round((to - from) * share) || Math.sign(share);
    if (!run || !sequences || this.#mayLook(step)) return this.tracks.look([from + step, to + step]);
    if (!this.canPan(step)) return;
    const { length } = run.record;
    const start = Math.max(0, Math.min(length - 1, run.origin + (from + step) * run.bin));
    const place = { index: run.index, start, end: Math.min(length, start + (to - from) * run.bin) };
    const name = placeInWords(sequences, place);
    void this.open({ ...place, name });
  }

  /** Returns true if the view can move to that side. */
  canPan(side: number): boolean {
    const { run } = this.at.state;
    if (!run) return false;
    if (this.#mayLook(side)) return true;
    if (!run.region || this.at.open === undefined) return false;
    return side < 0 ? run.origin > 0 : run.origin + run.bin * run.bins < run.record.length;
  }

  #mayLook(side: number): boolean {
    const { view, run } = this.at.state;
    return side < 0 ? view[0] > 0 : view[1] < (run?.bins ?? 0);
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
