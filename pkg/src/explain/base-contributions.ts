/** What the bases of a place account for in a track, and the names of the stretches that matter most; on the CPU. */

import { SEQLET, SHUFFLES } from "../constants.js";
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

/** A record, or a region of it, with the windows that predict it. */
export interface WindowedPlace {
  readonly sequences: Sequences;
  readonly record: number;
  readonly windows: readonly SequenceWindow[];
}

/** What each base accounts for. The shuffled windows that a search for motifs asks for are attributed as well. */
export async function contributionsOf(
  model: CpuTrackModel,
  { sequences, record, windows }: WindowedPlace,
  track: number,
  options: BaseContributionOptions,
  search?: EngineMotifSearch,
): Promise<BaseContributions> {
  const { signal, onProgress, method = "integrated-gradients", strands, shuffles = SHUFFLES, seed } = options;
  const { bin, crop, length: size } = model.shape;
  const { name, length } = sequences.records[record]!;
  const codesOf = ({ start }: SequenceWindow): Uint8Array => windowCodes(sequences, record, start, size);
  const shuffled = windows.map((window, i) => search?.shuffled(i, codesOf(window)) ?? []);
  const total = windows.length + shuffled.flat().length;
  let done = 0;
  const tell = (share: number): void =>
    onProgress?.({ stage: "explain", file: name, done: done + share, total, unit: "windows" });
  const attribute = async (codes: Uint8Array, { keep }: SequenceWindow): Promise<EngineBaseContributions> => {
    let told = 0;
    const how = { method, shuffles, ...(strands && { strands }), ...(seed === undefined ? {} : { seed }) };
    const goOn = pacing((share) => {
      throwIfCancelled(signal, "The contributions");
      if (share === told) return;
      told = share;
      tell(share);
    });
    const found = await model.attribute(codes, track, Uint32Array.from(keep), how, goOn);
    throwIfCancelled(signal, "The contributions");
    done++;
    tell(0);
    return found;
  };
  tell(0);
  const start = Math.max(0, Math.min(...windows.map((window) => window.start)));
  const end = Math.min(length, Math.max(...windows.map((window) => window.start + size)));
  const sums = new Float64Array(end - start);
  const of = { score: 0, baselineScore: 0, remainder: 0, isConverged: true, hasBaseline: method !== "gradient" };
  let [first, last] = [Infinity, -Infinity];
  for (const [i, window] of windows.entries()) {
    const found = await attribute(codesOf(window), window);
    for (let base = Math.max(start, window.start); base < Math.min(end, window.start + size); base++)
      sums[base - start]! += found.contributions[base - window.start]!;
    of.score += found.score;
    of.baselineScore += found.baselineScore ?? 0;
    of.remainder += (found.remainder ?? 0) / windows.length;
    of.isConverged &&= found.isConverged;
    first = Math.min(first, window.start + (crop + window.keep[0]) * bin);
    last = Math.max(last, window.start + (crop + window.keep[1]) * bin);
    for (const shuffle of shuffled[i]!) search?.add((await attribute(shuffle, window)).contributions);
  }
  return {
    ...{ record: name, track, method, shuffles: of.hasBaseline ? shuffles : 0, start, end },
    codes: sequences.codes(record, start, end),
    contributions: Float32Array.from(sums),
    bins: [Math.max(0, first), Math.min(length, last)] as const,
    score: of.score,
    baselineScore: of.hasBaseline ? of.baselineScore : undefined,
    remainder: of.hasBaseline ? of.remainder : undefined,
    isConverged: of.isConverged,
  };
}

/** The same, with the names of the stretches that contribute more than those of shuffles do, and what looks alike. */
export async function namedContributions(
  engine: MotifParts,
  model: CpuTrackModel,
  place: WindowedPlace,
  track: number,
  motifs: Motifs,
  options: NamingOptions,
): Promise<NamedContributions> {
  const { seqlets: mostFalse, q: mostWrong, least, seed = 1 } = options;
  // What is wrong with the motifs shows before the work.
  const set = motifs.on(engine);
  const search = new engine.MotifSearch(seed, place.windows.length);
  try {
    const found = await contributionsOf(model, place, track, options, search);
    const { seqlets, named, patterns } = search.name(found.codes, found.contributions, set, {
      ...(mostFalse === undefined ? {} : { seqlets: mostFalse }),
      ...(mostWrong === undefined ? {} : { q: mostWrong }),
      ...(least === undefined ? {} : { least }),
    });
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

/** A site in bases of the record, of codes that begin at base `first`. */
export function matchOf({ start, end, reverse, bits, p }: EngineSite, first: number): MotifMatch {
  return { start: first + start, end: first + end, strand: reverse ? "-" : "+", bits, p };
}

/** A pattern with its seqlets in bases of the record, of codes that begin at base `first`. */
function patternOf({ rows, contributions, members }: EnginePattern, first: number): SeqletPattern {
  const sites = members.map(({ seqlet, start, reverse }) => ({
    ...{ seqlet, start: first + start, end: first + start + rows.length },
    strand: reverse ? ("-" as const) : ("+" as const),
  }));
  return { rows, contributions, sites };
}
