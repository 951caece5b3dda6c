/** Decides which variants can be scored on sequences, by the rules of `regulens interpret variants`. */

import { throwIfCancelled } from "../errors.js";
import type { CpuTrackModel } from "../engine/track-engine.js";
import { Names } from "../io/names.js";
import { pacing, type WorkOptions } from "../progress.js";
import type { Sequences, Stretch } from "../io/sequences.js";
import type { NamedVariant, VariantFault } from "../tasks/tracks.js";
import { BASES_ONLY, decode, differs, encode } from "./bases.js";

/**
 * For each variant, in order, the fault that prevents scoring it; undefined if there is none.
 *
 * @throws CancelledError if `signal` fires.
 */
export async function checkVariants(
  sequences: Sequences,
  variants: readonly NamedVariant[],
  { signal, onProgress }: WorkOptions = {},
): Promise<(VariantFault | undefined)[]> {
  const { records, file } = sequences;
  const faults = new Array<VariantFault | undefined>(variants.length).fill({ code: "no-such-record" });
  const tell = (done: number): void =>
    onProgress?.({ stage: "read", file, done, total: variants.length, unit: "variants" });
  const goOn = pacing(() => throwIfCancelled(signal, "The check"));
  const otherBases = comparing(sequences);
  let done = 0;
  for (const [record, places] of byRecord(sequences, variants)) {
    const { length } = records[record]!;
    for (const i of places) {
      if (done++ % 1000 === 0) {
        tell(done - 1);
        await goOn();
      }
      const variant = variants[i]!;
      const { position, reference, alternative } = variant;
      const end = position + reference.length;
      if (!BASES_ONLY.test(reference)) faults[i] = { code: "no-bases" };
      else if (position < 0 || end > length) faults[i] = { code: "outside" };
      else {
        const other = otherBases(record, position, reference);
        if (other !== undefined) faults[i] = { code: "reference-differs", found: other };
        else faults[i] = BASES_ONLY.test(alternative) ? undefined : { code: "no-bases" };
      }
    }
  }
  tell(variants.length);
  return faults;
}

/** Returns the record's bases at a reference that they differ from; undefined if they match. */
function comparing(sequences: Sequences): (record: number, position: number, reference: string) => string | undefined {
  // Alternatives of one VCF row share one reference, which may be long.
  let last: { record: number; position: number; reference: string; other: string | undefined } | undefined;
  return (record, position, reference) => {
    if (last?.record !== record || last.position !== position || last.reference !== reference) {
      const there = sequences.codes(record, position, position + reference.length);
      const other = differs(encode(reference), there) ? decode(there) : undefined;
      last = { record, position, reference, other };
    }
    return last.other;
  };
}

/**
 * The bases that each variant changes, as {@link TracksModel.changedBases} defines them; undefined for a variant that
 * cannot be scored.
 *
 * @param reach Bases of a record that the model reads on either side.
 * @throws CancelledError if `signal` fires.
 */
export async function changedBases(
  model: Pick<CpuTrackModel, "changedBases">,
  reach: number,
  sequences: Sequences,
  variants: readonly NamedVariant[],
  options: WorkOptions = {},
): Promise<(Stretch | undefined)[]> {
  const faults = await checkVariants(sequences, variants, options);
  const meant = recordsByName(sequences, variants);
  const goOn = pacing(() => throwIfCancelled(options.signal, "The check"));
  const changed: (Stretch | undefined)[] = [];
  for (const [i, variant] of variants.entries()) {
    if (i % 100 === 0) await goOn();
    const { position, reference, alternative } = variant;
    // A substitution that shifts no bases stays where it is written.
    const first = reference.length === alternative.length ? position : Math.max(0, position - reach);
    if (faults[i]) changed.push(undefined);
    else {
      const codes = sequences.codes(meant(variant), first, position + reference.length);
      const [start, end] = model.changedBases(codes, position - first, encode(reference), encode(alternative));
      changed.push({ start: first + start!, end: first + end! });
    }
  }
  return changed;
}

/**
 * Record index of each variant, negative for none. A variant without a chromosome belongs to the only record; if two
 * names match the same record, the stricter match gets it.
 */
export function recordsByName(
  sequences: Sequences,
  variants: readonly NamedVariant[],
): (variant: NamedVariant) => number {
  const only = sequences.records.length === 1 ? 0 : -1;
  const owners = new Names(sequences.records.map(({ name }) => name)).owners(
    variants.flatMap(({ chromosome }) => chromosome ?? []),
  );
  return ({ chromosome }) => (chromosome === undefined ? only : (owners.get(chromosome) ?? -1));
}

/** Indices of the variants of each record. */
function byRecord(sequences: Sequences, variants: readonly NamedVariant[]): Map<number, number[]> {
  const meant = recordsByName(sequences, variants);
  const places = new Map<number, number[]>();
  for (const [i, variant] of variants.entries()) {
    const record = meant(variant);
    if (record < 0) continue;
    const of = places.get(record);
    if (of) of.push(i);
    else places.set(record, [i]);
  }
  return places;
}
