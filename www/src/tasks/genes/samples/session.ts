/** Several samples: their tables, one model's predictions for each, and the selection. */

import { isCancelled, type PlainError, plainOf } from "../../../rpc/errors";
import type { MeasuredValues } from "../../../standalone/format";
import type { WorkOptions } from "../../../../../pkg/src/index";
import { identityOf } from "../../../session/identity";
import type { Identified } from "../../../session/files";
import { type Filed, unread, unused, used } from "../../../session/intake";
import type { TableRequest } from "../../../session/opened";
import { type Accepted, NOTHING_ACCEPTED } from "../../../session/preparation";
import type { Page } from "../../../session/page";
import type { Cell } from "../../shared/cells";
import type { CurrentTable, Tables } from "../../shared/tables/tables";
import type { SampleReply } from "../worker/samples";
import { type GenesRun, predictedOf, scoresOf } from "../result";
import { acceptAlike, type Alike, alikeOf, isAlike } from "./alike";
import {
  FIRST_SAMPLES,
  matrixOf,
  type Pair,
  type PredictedSample,
  type SampleListing,
  type SampleMatrix,
  sampleOfKey,
} from "./matrix";
import { type Exchange, exchanged, pairsOf, sampleNames, setName } from "./pairs";
import { shapeOf, type TableShape } from "./fitting";
import type { Sampled } from "./sampled";

/** Sources of a sample's tables: one, or A's and B's. */
export type Sources = readonly TableRequest[];

/** A sample. */
export interface Sample {
  readonly sources: Sources;
  /** Its predictions by the model of the finished run, if known. */
  readonly predicted?: PredictedSample | undefined;
  /** Reason why there are none. */
  readonly problem?: PlainError | undefined;
  /** Choices accepted for each of its tables. */
  readonly accepted: readonly Accepted[];
  /** Differences between its values and those of training, in sentences. */
  readonly offScale: readonly string[];
  /** Marks and bins of its tables, once read. */
  readonly shapes?: readonly TableShape[] | undefined;
  /** Its name, if its files do not determine it. */
  readonly name?: string | undefined;
  /** True if its predictions are known but its signal is not: its genes cannot be opened. */
  readonly isAbsent?: boolean | undefined;
  /** Facts about its tables, for a sample of a single-file page. */
  readonly brought?: Brought | undefined;
}

/** Facts about the open table of a single-file page. */
interface Brought extends Pick<CurrentTable, "simulated" | "whole"> {
  readonly measured: readonly MeasuredValues[];
}

/** State at one moment. */
export interface SamplesState {
  readonly samples: readonly Sample[];
  /** Name of each sample, in the same order. */
  readonly names: readonly string[];
  /** Genes by predicted samples, and the index of each of these samples; undefined for fewer than two. */
  readonly matrix?: SampleMatrix | undefined;
  readonly shown: readonly number[];
  readonly listing: SampleListing;
}

/** Parts of a view that refer to samples: the two compared, and the one sorted by, if any. */
export interface Chosen {
  readonly pair: readonly (Sources | undefined)[];
  readonly sorts?: { readonly by: Sources; readonly descending: boolean } | undefined;
}

/** Origin of predictions: the model, and the preparation of each cell type's tables. */
export interface Manner {
  readonly model: string;
  readonly alike: readonly Alike[];
}

/** Parts of the page that samples need. */
export interface Host {
  readonly worker: Pick<Page["worker"], "call">;
  readonly tables: Tables;
  readonly cells: readonly Cell[];
  /** Runs cancellable work; undefined if it was cancelled. */
  during<T>(name: string, work: (options: WorkOptions) => Promise<T>): Promise<T | undefined>;
  /** Receives each new state. */
  changed(state: SamplesState): void;
}

const isSame = (a: Sources, b: Sources): boolean => a.length === b.length && a.every((each, i) => each === b[i]);

const blobOf = (source: TableRequest): Blob | undefined => ("blob" in source ? source.blob : undefined);

/** The samples of a page. */
export class Samples {
  state: SamplesState = { samples: [], names: [], shown: [], listing: FIRST_SAMPLES };
  #manner: Manner | undefined;
  /** The choices as made: they apply again once their samples are predicted. */
  #chosen: Chosen = { pair: [] };

  /** @param of The outcome's description of samples. */
  constructor(
    readonly of: Sampled,
    private readonly host: Host,
  ) {}

  /** Origin of the predictions; undefined before a run. */
  get manner(): Manner | undefined {
    return this.#manner;
  }

  /** True if a file is a table of a sample. */
  has(file: Blob): boolean {
    return this.state.samples.some(({ sources }) => sources.some((source) => blobOf(source) === file));
  }

  /**
   * Receives tables that were opened together. The first readable sample becomes the selected one; the others are read
   * when their turn comes.
   */
  async open(tables: readonly Identified[], card: Parameters<typeof pairsOf>[0]): Promise<readonly Filed[]> {
    const before = this.state.samples;
    const filed = tables.filter(({ file }) => this.has(file)).map((each) => used(each, "a sample, as before"));
    const fresh: Identified[] = [];
    for (const each of tables) {
      if (this.has(each.file)) continue;
      // A later file of the same name is the same table, corrected.
      const sample = before.find(({ sources }) => sources.some(({ file }) => file === each.name));
      if (!sample) {
        fresh.push(each);
        continue;
      }
      const now = this.state.samples[before.indexOf(sample)]!;
      const sources = now.sources.map((source) => (source.file === each.name ? sourceOfFile(each) : source));
      const isRead = await this.#add(sources, now);
      filed.push(isRead ? used(each, "a sample, in the place of the file of that name") : unread(each));
    }
    if (this.host.cells.length === 1)
      for (const each of fresh) {
        const isRead = await this.#add([sourceOfFile(each)]);
        filed.push(isRead ? used(each, "a sample, predicted by itself") : unread(each));
      }
    else filed.push(...(await this.#openPairs(fresh, card)));
    return filed;
  }

  async #openPairs(files: readonly Identified[], card: Parameters<typeof pairsOf>[0]): Promise<readonly Filed[]> {
    const { pairs, left, isTold } = pairsOf(card, files);
    const filed: Filed[] = [];
    const why = isTold ? "" : "; names tell no pairs, so the order does";
    for (const [a, b] of pairs) {
      const isRead = await this.#add([a, b].map(sourceOfFile));
      filed.push(
        ...(isRead
          ? [used(a, `A of a sample, with ${b.name}${why}`), used(b, `B of a sample, with ${a.name}${why}`)]
          : [unread(a), unread(b)]),
      );
    }
    return [...filed, ...left.map((each) => unused(each, "a sample of this model is two tables, and it is one"))];
  }

  /** Adds a sample, replacing `before` if given; returns true if all that had to be read could be. */
  async #add(sources: Sources, before?: Sample): Promise<boolean> {
    const isFirst = this.state.samples.every(({ problem }) => problem);
    const problem = isFirst ? await this.#read(sources) : undefined;
    const added = { ...fresh(sources), problem };
    const { samples } = this.state;
    const at = before ? samples.indexOf(before) : -1;
    this.#set(at < 0 ? [...samples, added] : samples.with(at, added));
    return problem === undefined;
  }

  /** Reads the tables of a sample as the selected ones; returns the problem with one of them, if any. */
  async #read(sources: Sources): Promise<PlainError | undefined> {
    const { tables, cells } = this.host;
    if (await tables.readTogether(sources)) return undefined;
    const failed = cells.find((cell) => tables.state.problems[cell]);
    const problem = failed && tables.state.problems[failed];
    if (failed) tables.dismiss(failed);
    return problem;
  }

  /**
   * Exchanges two tables: between two samples, or A and B of one. Predictions of these samples are discarded; the
   * selected ones are read again.
   */
  async exchange(exchange: Exchange): Promise<void> {
    const { samples } = this.state;
    const open = this.lookedAt;
    const after = exchanged(samples, exchange).map((sources, i) =>
      isSame(sources, samples[i]!.sources) ? samples[i]! : fresh(sources),
    );
    this.#set(after);
    const now = open && after[samples.indexOf(open)];
    if (!now || now === open) return;
    const problem = await this.#read(now.sources);
    if (problem) this.#change(now.sources, { problem });
  }

  /** Restores the samples of a workspace, with their predictions' origin and selection. */
  restore(all: readonly Sources[], manner: Manner | undefined, listing: SampleListing, chosen: Chosen): void {
    this.#manner = manner;
    this.#chosen = chosen;
    this.state = { ...this.state, listing };
    this.#set(all.map(fresh));
  }

  /** Shows samples with known predictions, and the run of the open one. */
  show(all: readonly Sample[], run: GenesRun, pair: Pair): void {
    const model = identityOf(run.model);
    this.#manner = { model, alike: this.#alikeNow(model) };
    this.#chosen = { pair: pair.map((at) => all[at]?.sources) };
    this.#set(all);
    this.take(run);
  }

  /** Removes a sample. */
  remove({ sources }: Pick<Sample, "sources">): void {
    this.#set(this.state.samples.filter((each) => each.sources !== sources));
  }

  /** Removes all samples and stops predicting them. */
  clear(): void {
    this.#set([]);
  }

  /** Changes the listing. */
  list(change: Partial<SampleListing>): void {
    const listing = { ...this.state.listing, ...change };
    const { samples, shown } = this.state;
    const sources = (at: number | undefined): Sources | undefined => samples[shown[at ?? -1] ?? -1]?.sources;
    const { key, descending } = listing.sort;
    const by = sources(sampleOfKey(key));
    this.#chosen = { pair: listing.pair.map(sources), sorts: by && { by, descending } };
    this.#publish({ ...this.state, listing });
  }

  /** True if each sample has predictions, or a reason for none. */
  get isWhole(): boolean {
    return this.state.samples.every(({ predicted, problem }) => predicted ?? problem);
  }

  /** The sample of a run's tables. */
  ofRun({ tables }: Pick<GenesRun, "tables">): Sample | undefined {
    return this.#ofTables(tables as readonly CurrentTable[]);
  }

  /** The sample of the selected tables. */
  get lookedAt(): Sample | undefined {
    const { tables, cells } = this.host;
    return this.#ofTables(cells.flatMap((cell) => tables.state[cell].table ?? []));
  }

  #ofTables(tables: readonly CurrentTable[]): Sample | undefined {
    const open = tables.flatMap((table) => this.host.tables.sourceOf(table) ?? []);
    return this.state.samples.find(({ sources }) => isSame(sources, open));
  }

  /** Adopts a finished run as the predictions of its sample, so that both show the same numbers. */
  take(run: GenesRun): void {
    const { genes, offScale = [] } = run;
    const { tables, cells } = this.host;
    this.#change(this.ofRun(run)?.sources, {
      ...{ predicted: { genes, values: predictedOf(run), scores: scoresOf(run) }, problem: undefined },
      ...{ accepted: cells.map((cell) => tables.state[cell].accepted), offScale: offScale.flat() },
      shapes: (run.tables as readonly CurrentTable[]).map(shapeOf),
    });
  }

  /**
   * Adopts a finished run for its sample, and predicts the others one after another, prepared alike. A sample that
   * cannot be predicted records the reason, and the others continue. Cancelling stops all.
   */
  async follow(run: GenesRun): Promise<void> {
    const alike = this.#alikeNow(identityOf(run.model));
    this.#begin({ model: identityOf(run.model), alike });
    this.take(run);
    const { samples } = this.state;
    for (const [i, { sources }] of samples.entries()) {
      const sample = this.#of(sources);
      // A sample removed meanwhile is not predicted.
      if (!sample || sample.predicted) continue;
      if (sample.isAbsent) {
        this.#change(sources, { problem: withoutSignal(sources) });
        continue;
      }
      const files = sources.map(({ file }) => file).join(" and ");
      const name = `${files}, sample ${i + 1} of ${samples.length}`;
      const found = await this.host.during(name, async (options) => {
        try {
          return await this.host.worker.call("predictSample", { tables: sources, alike }, options);
        } catch (thrown) {
          // An unreadable sample is reported in the samples view, and stops nothing.
          if (isCancelled(thrown)) throw thrown;
          return { problem: plainOf(thrown) };
        }
      });
      if (!found) return;
      this.#change(sources, "problem" in found ? found : predictedBy(found));
    }
  }

  /**
   * Preparation of the tables of every sample. A table may lack a deviation that was rescaled in the others: their
   * choices apply as long as no other choice was made for it.
   */
  #alikeNow(model: string): readonly Alike[] {
    return this.host.cells.flatMap((cell, i) => {
      const { understanding, accepted } = this.host.tables.state[cell];
      if (!understanding) return [];
      const before = this.#manner?.model === model ? this.#manner.alike[i] : undefined;
      return before && isAlike(acceptAlike(understanding, before), accepted)
        ? before
        : alikeOf(understanding, accepted);
    });
  }

  /** Discards predictions by another model, or from tables prepared differently. */
  #begin(manner: Manner): void {
    if (JSON.stringify(this.#manner) !== JSON.stringify(manner))
      this.#set(this.state.samples.map((each) => ({ ...each, predicted: undefined, problem: undefined })));
    this.#manner = manner;
  }

  #of(sources: Sources): Sample | undefined {
    return this.state.samples.find((each) => each.sources === sources);
  }

  #change(sources: Sources | undefined, change: Partial<Sample>): void {
    this.#set(this.state.samples.map((each) => (each.sources === sources ? { ...each, ...change } : each)));
  }

  #set(samples: readonly Sample[]): void {
    const told = sampleNames(samples.map(({ sources }) => setName(sources.map(({ file }) => file))));
    const names = samples.map(({ name }, i) => name ?? told[i]!);
    const shown = samples.flatMap(({ predicted }, i) => (predicted ? [i] : []));
    const matrix =
      shown.length > 1 ? matrixOf(shown.map((i) => ({ name: names[i]!, of: samples[i]!.predicted! }))) : undefined;
    this.#publish({ samples, names, matrix, shown, listing: this.#listingOf(samples, shown) });
  }

  /** The listing, with sample indices among the displayed ones. */
  #listingOf(samples: readonly Sample[], shown: readonly number[]): SampleListing {
    const { listing } = this.state;
    const { pair, sorts } = this.#chosen;
    const at = (sources: Sources | undefined): number =>
      sources ? shown.findIndex((i) => isSame(sources, samples[i]!.sources)) : -1;
    const [from = -1, to = -1] = pair.map(at);
    const by = at(sorts?.by);
    const bySample = by < 0 ? FIRST_SAMPLES.sort : { key: `sample:${by}` as const, descending: sorts!.descending };
    return {
      ...listing,
      pair: from < 0 || to < 0 ? FIRST_SAMPLES.pair : [from, to],
      sort: sorts ? bySample : listing.sort,
    };
  }

  #publish(state: SamplesState): void {
    this.state = state;
    this.host.changed(state);
  }
}

const STAND_INS = new WeakSet<Blob>();

/** A name in place of a table whose signal a single-file page lacks. */
export function standIn(file: string): TableRequest {
  const blob = new Blob();
  STAND_INS.add(blob);
  return { blob, file };
}

function fresh(sources: Sources): Sample {
  const isAbsent = sources.some((source) => "blob" in source && STAND_INS.has(source.blob));
  return { sources, accepted: sources.map(() => NOTHING_ACCEPTED), offScale: [], ...(isAbsent ? { isAbsent } : {}) };
}

function sourceOfFile({ file, name }: Identified): TableRequest {
  return { blob: file, file: name };
}

function predictedBy({ genes, values, scores, accepted, offScale, shapes }: SampleReply): Partial<Sample> {
  return { predicted: { genes, values, scores }, problem: undefined, accepted, offScale, shapes };
}

/** Reason why a sample of a single-file page cannot be predicted again. */
function withoutSignal(sources: Sources): PlainError {
  const files = sources.map(({ file }) => file).join(" and ");
  return {
    ...{ name: "InputError", code: "no-signal", message: `${files}: the page of one file has no signal of it.` },
    remedy: "Drop its table to predict it by another model.",
  };
}
