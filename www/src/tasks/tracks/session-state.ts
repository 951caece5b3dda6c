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
import type { Activities, Working } from "../../rpc/working";
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

/** Activities, and the places for their problems. */
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

/** A measured track under a predicted one. */
export interface Overlay extends ReadMeasured {
  /** Index of the predicted track. */
  readonly track: number;
  readonly value: BinValue;
  /** Its source. */
  readonly source: TableRequest;
}

/** The displayed map of one head. */
export interface ShownMap extends AttentionMapValues {
  readonly of: AttentionOf;
  readonly layer: number;
  readonly head: number;
}

/** Attention rows in the window of a variant, before and after. */
export interface VariantRows {
  readonly windowBin: number;
  readonly reference: readonly Float32Array[];
  readonly alternative: readonly Float32Array[];
}

/** A stretch whose bases are substituted. */
export interface StretchOfBases {
  readonly start: number;
  readonly end: number;
}

/** The motifs of a file, used to name stretches. */
export interface KnownMotifs {
  readonly file: string;
  readonly motifs: readonly Motif[];
  readonly source: TableRequest;
}

/** Sites planted in simulated sequences: their source, and their content (read with the first test for an example). */
export interface KnownSites {
  readonly source: TableRequest;
  readonly read?: PlantedSites | undefined;
}

/** The indexes of a file of sequences. */
export type IndexRequests = Omit<SequencesRequest, "source">;

/** Result of a deletion test in a stretch, and the file of sites that it was compared with. */
export type TestedStretch = BaseDeletion & StretchOfBases & { readonly planted?: string | undefined };

/** State at one moment. */
export interface SequenceState extends Activities<Part> {
  readonly model?: CurrentModel | undefined;
  readonly sequences?: ReadSequences | undefined;
  /** Their source. */
  readonly source?: TableRequest | undefined;
  /** The site's example that they belong to, if any, and true if they are simulated. */
  readonly example?: string | undefined;
  readonly simulated?: boolean | undefined;
  /** Their assembly, as stated by the user. */
  readonly assembly?: SaidAssembly;
  /** The indexes opened with them. */
  readonly indexes?: IndexRequests | undefined;
  /** Sites planted in them. */
  readonly planted?: KnownSites | undefined;
  /** Index of the selected record. */
  readonly index: number;
  /** The selected region, in a genome read by slices. */
  readonly place?: Place | undefined;
  /** The regions visited there, in order. */
  readonly visited: readonly Place[];
  /** Regions listed in a file. */
  readonly regions?:
    { readonly file: string; readonly rows: readonly NamedRegion[]; readonly source: TableRequest } | undefined;
  /** Sort order and search of the list of records. */
  readonly listing: RecordListing;
  readonly run?: TrackRun | undefined;
  /** The tracks shown, in order, and their values as far as they have arrived. */
  readonly shown: readonly number[];
  readonly values: ReadonlyMap<number, Float32Array>;
  /** Their spread over ensemble members, [bins] for each part. */
  readonly spreads: ReadonlyMap<number, MembersSpread>;
  /** Coverage of the intervals shown; undefined for none. */
  readonly coverage?: number | undefined;
  /** Intervals of the tracks shown, [bins] for each end; empty if they are withdrawn. */
  readonly intervals: ReadonlyMap<number, IntervalBand>;
  /** Reason why the engine has none at this coverage, in a sentence. */
  readonly noIntervals?: string | undefined;
  /** Measured tracks in the order of opening; several may be under one predicted track. */
  readonly overlays: readonly Overlay[];
  readonly ownScale: boolean;
  /** Measured tracks opened before there was a prediction. */
  readonly waiting: readonly TableRequest[];
  /** The bins in view: first, end excluded. */
  readonly view: readonly [number, number];
  /** Number of regions visited. */
  readonly went?: number | undefined;
  /** The bin whose attention is shown. */
  readonly bin?: number | undefined;
  readonly attention?: AttentionRows | undefined;
  readonly functions?: readonly Float32Array[] | undefined;
  readonly layer: number;
  readonly head: number;
  readonly map?: ShownMap | undefined;
  /** True to show attention over its whole window, false over the tracks' view; undefined until chosen. */
  readonly wholeWindow?: boolean | undefined;
  /** The bases of the selected bin, and the selected one. */
  readonly bases?: { readonly start: number; readonly text: string } | undefined;
  readonly base?: number | undefined;
  readonly variants?:
    | {
        readonly file: string;
        readonly rows: readonly VariantRow[];
        readonly source: TableRequest;
        /** Number of variants in the file from which these were selected; undefined if they are all. */
        readonly of?: number | undefined;
      }
    | undefined;
  readonly motifs?: KnownMotifs | undefined;
  /** Maximum q (expected fraction of false matches) of the names shown. */
  readonly namesQ: number;
  readonly variant?: VariantChange | undefined;
  /** The last variant tried, successfully or not, with its record. */
  readonly tried?: Pick<VariantChange, "index" | "variant"> | undefined;
  /** Motif matches that the variant creates or destroys; undefined if not computed. */
  readonly variantMotifs?: readonly MotifChange[] | undefined;
  readonly variantRows?: VariantRows | undefined;
  readonly variantMap?: ShownMap | undefined;
  readonly stretch?: StretchOfBases | undefined;
  readonly mutagenesis?: (Mutagenesis & { readonly sha256: string }) | undefined;
  readonly contributions?: Contributed | undefined;
  /** The base around which contributions are drawn as letters, and its name there, if selected. */
  readonly closeUp?: { readonly base: number; readonly name?: MotifName | undefined } | undefined;
  /** Result of the deletion test, and its stretch. */
  readonly deletion?: TestedStretch | undefined;
  readonly announcement: string;
}

/** The session for its parts: their shared state, and the worker. */
export type Sequences = Working<Part, SequenceState> & { readonly worker: Caller<TrackCalls> };

/** The initial state. */
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

/** State derived from a record, which another run clears. */
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

/** Every field at its initial value: clears the state. */
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
