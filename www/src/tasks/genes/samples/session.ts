/** Several samples: a table each, of which one model predicts genes; what came of each, and what is looked at. */

import type { PlainError } from "../../../rpc/errors";
import type { TableRequest } from "../../../session/opened";
import { type Accepted, NOTHING_ACCEPTED } from "../../../session/preparation";
import type { SampleReply } from "../worker/samples";
import type { FinishedRun } from "../result";
import { FIRST_SAMPLES, matrixOf, type PredictedSample, type SampleListing, type SampleMatrix } from "./matrix";
import { sampleNames } from "./names";

/** A sample. */
export interface Sample {
  readonly source: TableRequest;
  /** Predictions of it by the model of the finished run, once they are there. */
  readonly predicted?: PredictedSample | undefined;
  /** Why there are none. */
  readonly problem?: PlainError | undefined;
  /** Accepted properties of its table. */
  readonly accepted: Accepted;
  /** Differences between its values and those of training, in sentences. */
  readonly offScale: readonly string[];
}

/** Predictions of a sample, or why there are none. */
export type SampleOutcome = SampleReply | { readonly problem: PlainError };

/** State at one moment. */
export interface SamplesState {
  readonly samples: readonly Sample[];
  /** Name of each sample, in the same order. */
  readonly names: readonly string[];
  /** Genes by the samples that have predictions, and the position of each of these; absent for fewer than two. */
  readonly matrix?: SampleMatrix | undefined;
  readonly shown: readonly number[];
  readonly listing: SampleListing;
}

/** The samples of a page. */
export class Samples {
  state: SamplesState = { samples: [], names: [], shown: [], listing: FIRST_SAMPLES };

  /** By which model, and how prepared, the predictions were made. */
  #manner = "";

  /** @param changed Hears of each new state. */
  constructor(private readonly changed: (state: SamplesState) => void) {}

  /** Adds a sample, with what is wrong where it could not be read; in the place of `before`, where that is given. */
  add(given: Pick<Sample, "source" | "problem">, before?: Sample): void {
    const added: Sample = { accepted: NOTHING_ACCEPTED, offScale: [], ...given };
    const { samples } = this.state;
    const at = samples.findIndex((each) => each.source === before?.source);
    this.#set(at < 0 ? [...samples, added] : samples.with(at, added));
  }

  /** Takes a sample away. */
  remove(source: TableRequest): void {
    this.#set(this.state.samples.filter((each) => each.source !== source));
  }

  /** Changes what is listed. */
  list(change: Partial<SampleListing>): void {
    this.#publish({ ...this.state, listing: { ...this.state.listing, ...change } });
  }

  /** True if each sample has predictions, or a reason for none. */
  get isWhole(): boolean {
    return this.state.samples.every(({ predicted, problem }) => predicted ?? problem);
  }

  /** Takes the predictions of a finished run as those of the sample that it is of, so that there is one number. */
  take(
    source: TableRequest | undefined,
    { genes, probability, logit, offScale }: FinishedRun,
    accepted: Accepted,
  ): void {
    const predicted = { genes, probability, logit };
    this.#change(source, { predicted, problem: undefined, accepted, offScale: offScale?.[0] ?? [] });
  }

  /** Forgets predictions that were made otherwise: by another model, or of tables that were prepared in another way. */
  begin(manner: string): void {
    if (this.#manner !== manner)
      this.#set(this.state.samples.map((each) => ({ ...each, predicted: undefined, problem: undefined })));
    this.#manner = manner;
  }

  /**
   * Predicts the samples that have no predictions, one after another. One that cannot be predicted has the reason, and
   * the others go on. Ends where `predictOne` gives nothing: it was cancelled.
   */
  async predict(predictOne: (source: TableRequest, name: string) => Promise<SampleOutcome | undefined>): Promise<void> {
    const { samples } = this.state;
    for (const [i, { source }] of samples.entries()) {
      if (this.#of(source)?.predicted) continue;
      const outcome = await predictOne(source, `${source.file}, sample ${i + 1} of ${samples.length}`);
      if (!outcome) return;
      if ("problem" in outcome) this.#change(source, outcome);
      else {
        const { genes, probability, logit, accepted, offScale } = outcome;
        this.#change(source, { predicted: { genes, probability, logit }, problem: undefined, accepted, offScale });
      }
    }
  }

  #of(source: TableRequest): Sample | undefined {
    return this.state.samples.find((each) => each.source === source);
  }

  #change(source: TableRequest | undefined, change: Partial<Sample>): void {
    this.#set(this.state.samples.map((each) => (each.source === source ? { ...each, ...change } : each)));
  }

  #set(samples: readonly Sample[]): void {
    const names = sampleNames(samples.map(({ source }) => source.file));
    const shown = samples.flatMap(({ predicted }, i) => (predicted ? [i] : []));
    const matrix =
      shown.length > 1 ? matrixOf(shown.map((i) => ({ name: names[i]!, of: samples[i]!.predicted! }))) : undefined;
    const { pair } = this.state.listing;
    const isThere = pair.every((sample) => sample < shown.length);
    const listing = isThere ? this.state.listing : { ...this.state.listing, pair: FIRST_SAMPLES.pair };
    this.#publish({ samples, names, matrix, shown, listing });
  }

  #publish(state: SamplesState): void {
    this.state = state;
    this.changed(state);
  }
}
