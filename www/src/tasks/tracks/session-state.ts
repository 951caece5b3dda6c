/** State of models of tracks along a sequence, at one moment. */

import type { SaidAssembly } from "../shared/assemblies";
import type {
  BaseDeletion,
  BinValue,
  MembersSpread,
  Motif,
  MotifChange,
  MotifName,
  Mutagenesis,
  NamedRegion,
  PlantedSites,
  VariantRow,
} from "../../../../pkg/src/index";
import { NAMES_Q } from "../../../../pkg/src/constants";
import type { IntervalBand } from "../../plots";
import type { Caller } from "../../rpc/rpc";
import type { TableRequest } from "../../session/opened";
import type { CurrentModel } from "../../session/state";
import type { Activities, AsyncState } from "../../rpc/async-state";
import type { Contributed, SequencesRequest, TrackCalls } from "./calls";
import type { Place } from "./places/places";
import { FIRST_RECORDS, type RecordListing } from "./records/order";
import type {
  AttentionMapValues,
  AttentionOf,
  AttentionRows,
  ReadMeasured,
  ReadSequences,
  TrackRun,
  VariantChange,
} from "./result";

/** Activities that can go on, and places where their problems are shown. */
export type Part =
  | "data"
  | "run"
  | "locus"
  | "regions"
  | "measured"
  | "attention"
  | "motifs"
  | "variants"
  | "variant"
  | "variantRows"
  | "mutagenesis"
  | "contributions"
  | "deletion"
  | "planted"
  | "save";

/** A measured track under one that is predicted. */
export interface Overlay extends ReadMeasured {
  /** The predicted one. */
  readonly track: number;
  readonly value: BinValue;
  /** Where it is from. */
  readonly source: TableRequest;
}

/** The map of one head that is looked at. */
export interface ShownMap extends AttentionMapValues {
  readonly of: AttentionOf;
  readonly layer: number;
  readonly head: number;
}

/** Rows of attention in the window of a variant, before and after. */
export interface VariantRows {
  readonly windowBin: number;
  readonly reference: readonly Float32Array[];
  readonly alternative: readonly Float32Array[];
}

/** A stretch whose bases are replaced. */
export interface StretchOfBases {
  readonly start: number;
  readonly end: number;
}

/** The motifs of a file, whose names stretches of a sequence have. */
export interface KnownMotifs {
  readonly file: string;
  readonly motifs: readonly Motif[];
  readonly source: TableRequest;
}

/** Sites planted in simulated sequences: where they are from, and what was read; of an example once it is tested. */
export interface KnownSites {
  readonly source: TableRequest;
  readonly read?: PlantedSites | undefined;
}

/** The indexes of a file of sequences. */
export type IndexRequests = Omit<SequencesRequest, "source">;

/** Result of a deletion test in a stretch, and the file of sites that it was held against. */
export type TestedStretch = BaseDeletion & StretchOfBases & { readonly planted?: string | undefined };

/** State at one moment. */
export interface SequenceState extends Activities<Part> {
  readonly model?: CurrentModel | undefined;
  readonly sequences?: ReadSequences | undefined;
  /** Where they are from. */
  readonly source?: TableRequest | undefined;
  /** The example of the site that they are, if any, and whether they come from a simulator. */
  readonly example?: string | undefined;
  readonly simulated?: boolean | undefined;
  /** The user's word on their assembly. */
  readonly assembly?: SaidAssembly;
  /** The indexes that were given with them. */
  readonly indexes?: IndexRequests | undefined;
  /** Sites planted in them. */
  readonly planted?: KnownSites | undefined;
  /** The record that is chosen. */
  readonly index: number;
  /** The place that is chosen, of a genome that is read by slices. */
  readonly place?: Place | undefined;
  /** The places that were gone to there, in order. */
  readonly visited: readonly Place[];
  /** Regions that a file lists. */
  readonly regions?:
    { readonly file: string; readonly rows: readonly NamedRegion[]; readonly source: TableRequest } | undefined;
  /** Sort order and search of the list of records. */
  readonly listing: RecordListing;
  readonly run?: TrackRun | undefined;
  /** The tracks that are shown, in order, and their values as far as they have come. */
  readonly shown: readonly number[];
  readonly values: ReadonlyMap<number, Float32Array>;
  /** Their spread over the members of an ensemble, each part [bins]. */
  readonly spreads: ReadonlyMap<number, MembersSpread>;
  /** The share of bins whose interval holds what would be measured; undefined where none is drawn. */
  readonly coverage?: number | undefined;
  /** Intervals of the tracks that are shown, each end [bins]; none where something withdraws them. */
  readonly intervals: ReadonlyMap<number, IntervalBand>;
  /** Reason why the engine gives none at this coverage, in a sentence. */
  readonly noIntervals?: string | undefined;
  /** Measured tracks in the order in which they came; several may lie under one that is predicted. */
  readonly overlays: readonly Overlay[];
  readonly ownScale: boolean;
  /** Measured tracks that came before there was a prediction to lie under. */
  readonly waiting: readonly TableRequest[];
  /** The bins in view: the first, and the one after the last. */
  readonly view: readonly [number, number];
  /** Number of places that were gone to. */
  readonly went?: number | undefined;
  /** The bin whose attention is shown. */
  readonly bin?: number | undefined;
  readonly attention?: AttentionRows | undefined;
  readonly functions?: readonly Float32Array[] | undefined;
  readonly layer: number;
  readonly head: number;
  readonly map?: ShownMap | undefined;
  /** True if attention is shown over its whole window, false if over the tracks' view; undefined until it is chosen. */
  readonly wholeWindow?: boolean | undefined;
  /** The bases of the chosen bin, and the one of them that is chosen. */
  readonly bases?: { readonly start: number; readonly text: string } | undefined;
  readonly base?: number | undefined;
  readonly variants?:
    | {
        readonly file: string;
        readonly rows: readonly VariantRow[];
        readonly source: TableRequest;
        /** Number of variants in the file from which these were chosen; absent where they are all. */
        readonly of?: number | undefined;
      }
    | undefined;
  readonly motifs?: KnownMotifs | undefined;
  /** The largest q, the expected share of false matches, of the names that are shown. */
  readonly namesQ: number;
  readonly variant?: VariantChange | undefined;
  /** The variant that was tried last, whether or not it could be, with the record that it lies on. */
  readonly tried?: Pick<VariantChange, "index" | "variant"> | undefined;
  /** The matches of motifs that the variant makes or breaks; undefined where nobody looked. */
  readonly variantMotifs?: readonly MotifChange[] | undefined;
  readonly variantRows?: VariantRows | undefined;
  readonly variantMap?: ShownMap | undefined;
  readonly stretch?: StretchOfBases | undefined;
  readonly mutagenesis?: (Mutagenesis & { readonly sha256: string }) | undefined;
  readonly contributions?: Contributed | undefined;
  /** The base around which contributions are drawn letter by letter, and the name that it has there, if chosen. */
  readonly closeUp?: { readonly base: number; readonly name?: MotifName | undefined } | undefined;
  /** Result of the deletion test, and the bases that were in view. */
  readonly deletion?: TestedStretch | undefined;
  readonly announcement: string;
}

/** A session as its parts are given it: the state that they share, and the worker. */
export type Sequences = AsyncState<Part, SequenceState> & { readonly worker: Caller<TrackCalls> };

/** Nothing is known yet. */
export const EMPTY: SequenceState = {
  index: 0,
  visited: [],
  listing: FIRST_RECORDS,
  shown: [],
  values: new Map(),
  spreads: new Map(),
  intervals: new Map(),
  overlays: [],
  ownScale: false,
  waiting: [],
  view: [0, 1],
  layer: 0,
  head: 0,
  namesQ: NAMES_Q,
  doing: {},
  problems: {},
  announcement: "",
};

/** State that follows a record: another run forgets it. */
export const OF_RUN = {
  bin: undefined,
  bases: undefined,
  base: undefined,
  attention: undefined,
  map: undefined,
  variant: undefined,
  variantMotifs: undefined,
  variantRows: undefined,
  variantMap: undefined,
  stretch: undefined,
  mutagenesis: undefined,
  contributions: undefined,
  closeUp: undefined,
  deletion: undefined,
  overlays: [],
} as const;

/** Every field at its first value: setting it clears the state. */
export const CLEARED: Partial<SequenceState> = {
  ...OF_RUN,
  ...EMPTY,
  sequences: undefined,
  source: undefined,
  example: undefined,
  simulated: undefined,
  assembly: undefined,
  run: undefined,
  coverage: undefined,
  noIntervals: undefined,
  wholeWindow: undefined,
  indexes: undefined,
  place: undefined,
  regions: undefined,
  motifs: undefined,
  planted: undefined,
  variants: undefined,
  tried: undefined,
};
