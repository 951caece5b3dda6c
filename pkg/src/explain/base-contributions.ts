/** Contributions of the bases of a region to a track, and motif names of the top stretches; computed on the CPU. */

import { given, numberOr, oneOfOr, seedOr, shufflesOr, strandsOr, wholeNumberOr } from "../arguments.js";
import { SEQLET, SHUFFLES } from "../constants.js";
import { spreadOf } from "../engine/members.js";
import type { EngineMotifSearch, EnginePattern, EngineSite, MotifParts } from "../engine/motif-engine.js";
import type { CpuTrackModel, EngineBaseContributions, SequenceWindow } from "../engine/track-engine.js";
import { throwIfCancelled } from "../errors.js";
import type { Motifs } from "../io/motifs.js";
import type { Sequences } from "../io/sequences.js";
import { windowCodes } from "../models/bases.js";
import { pacing } from "../progress.js";
import type {
  BaseContributionOptions,
  BaseContributions,
  MotifMatch,
  NamedContributions,
  NamingOptions,
  SeqletPattern,
} from "../tasks/tracks.js";

/** Methods that attribute to the bases of a region. */
const METHODS: readonly BaseContributions["method"][] = ["gradient", "integrated-gradients"];

/** A record, or a region of it, with the windows that predict it. */
export interface WindowedPlace {
  readonly sequences: Sequences;
  readonly record: number;
  readonly windows: readonly SequenceWindow[];
}

/** Computes base contributions, and attributes the shuffled windows that a motif search requests. */
export async function contributionsOf(
  model: CpuTrackModel,
  { sequences, record, windows }: WindowedPlace,
  track: number,
  options: BaseContributionOptions,
  search?: EngineMotifSearch,
): Promise<BaseContributions> {
  const { signal, onProgress } = options;
  const method = oneOfOr("method", options.method, METHODS, "no-such-method") ?? "integrated-gradients";
  const [strands, seed] = [strandsOr(options.strands), seedOr(options.seed)];
  const shuffles = shufflesOr(options.shuffles) ?? SHUFFLES;
  const { bin, crop, length: size } = model.shape;
  const { name, length } = sequences.records[record]!;
  const first = Math.min(...windows.map((window) => window.start));
  const end = Math.max(...windows.map((window) => window.start + size));
  const codes = windowCodes(sequences, record, first, end - first);
  const codesOf = ({ start }: SequenceWindow): Uint8Array => codes.slice(start - first, start - first + size);
  const shuffled = windows.flatMap((window, i) =>
    (search?.shuffled(i, codesOf(window)) ?? []).map((codes) => ({ codes, keep: window.keep })),
  );
  const total = windows.length + shuffled.length;
  let done = 0;
  const attribute = async (
    codes: Uint8Array,
    places: readonly { readonly start: number; readonly keep: SequenceWindow["keep"] }[],
  ): Promise<EngineBaseContributions> => {
    let told: number | undefined;
    const tell = (share: number): void => {
      if (share === told) return;
      told = share;
      onProgress?.({ stage: "explain", file: name, done: done + share * places.length, total, unit: "windows" });
    };
    const how = given({ method, shuffles, strands, seed });
    const goOn = pacing((share) => {
      throwIfCancelled(signal, "The contributions");
      tell(share);
    });
    tell(0);
    const flat = Uint32Array.from(places.flatMap(({ start, keep }) => [start, ...keep]));
    const found = await model.attribute(codes, track, flat, how, goOn);
    throwIfCancelled(signal, "The contributions");
    tell(1);
    done += places.length;
    return found;
  };
  const found = await attribute(
    codes,
    windows.map(({ start, keep }) => ({ start: start - first, keep })),
  );
  for (const { codes, keep } of shuffled) search?.add((await attribute(codes, [{ start: 0, keep }])).contributions);
  // A window may extend beyond the record, where there is nothing to show.
  const shown = [Math.max(0, first), Math.min(length, end)] as const;
  const ofShown = (values: Float32Array): Float32Array => values.slice(shown[0] - first, shown[1] - first);
  const { spread } = found;
  const binOf = (base: number): number => Math.min(length, Math.max(0, base));
  return {
    ...{ record: name, track, method, shuffles: method === "gradient" ? 0 : shuffles, start: shown[0], end: shown[1] },
    codes: sequences.codes(record, ...shown),
    contributions: ofShown(found.contributions),
    ...(spread && { spread: spreadOf((part) => ofShown(spread[part])) }),
    bins: [
      binOf(Math.min(...windows.map(({ start, keep }) => start + (crop + keep[0]) * bin))),
      binOf(Math.max(...windows.map(({ start, keep }) => start + (crop + keep[1]) * bin))),
    ] as const,
    score: found.score,
    baselineScore: found.baselineScore,
    remainder: found.remainder,
    isConverged: found.isConverged,
  };
}

/** As {@link contributionsOf}, with motif names and patterns of the stretches that contribute more than shuffles do. */
export async function namedContributions(
  engine: MotifParts,
  model: CpuTrackModel,
  place: WindowedPlace,
  track: number,
  motifs: Motifs,
  options: NamingOptions,
): Promise<NamedContributions> {
  const mostFalse = numberOr("largest share of false seqlets", options.seqlets, 0, 1, "bad-q");
  const mostWrong = numberOr("largest q", options.q, 0, 1, "bad-q");
  const least = wholeNumberOr("least number of seqlets", options.least, 1, Number.MAX_SAFE_INTEGER, "bad-least");
  const seed = seedOr(options.seed) ?? 1;
  // Errors in the motifs surface before the long computation.
  const set = motifs.on(engine);
  const search = new engine.MotifSearch(seed, place.windows.length);
  try {
    const found = await contributionsOf(model, place, track, options, search);
    const most = given({ seqlets: mostFalse, q: mostWrong, least });
    const { seqlets, named, patterns } = search.name(found.codes, found.contributions, set, most);
    return {
      ...found,
      seqlets: seqlets.map(({ start, contribution, q }) => ({
        ...{ start: found.start + start, end: found.start + start + SEQLET },
        ...{ contribution, q },
      })),
      names: named.map(({ seqlet, site, q }) => ({ seqlet, motif: site.motif, ...matchOf(site, found.start), q })),
      patterns: patterns.map((pattern) => patternOf(pattern, found.start)),
    };
  } finally {
    search.free();
  }
}

/** Converts a site in codes that start at base `first` to bases of the record. */
export function matchOf({ start, end, reverse, bits, p }: EngineSite, first: number): MotifMatch {
  return { start: first + start, end: first + end, strand: reverse ? "-" : "+", bits, p };
}

/** Converts a pattern in codes that start at base `first` to seqlets in bases of the record. */
function patternOf({ rows, contributions, members }: EnginePattern, first: number): SeqletPattern {
  const sites = members.map(({ seqlet, start, reverse }) => ({
    ...{ seqlet, start: first + start, end: first + start + rows.length },
    strand: reverse ? ("-" as const) : ("+" as const),
  }));
  return { rows, contributions, sites };
}
