/** Which variants can be scored on sequences: the rules by which `regulens interpret variants` places a VCF. */

import { throwIfCancelled } from "../errors.js";
import { Names } from "../io/names.js";
import { pacing, type WorkOptions } from "../progress.js";
import type { Sequences } from "../io/sequences.js";
import type { NamedVariant, VariantFault } from "../tasks/tracks.js";
import { BASES_ONLY, decode, differs, encode } from "./bases.js";

/**
 * For each variant what stands against scoring it, in their order; undefined where nothing does.
 *
 * @throws CancelledError where `signal` fires.
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
        const there = sequences.codes(record, position, end);
        if (differs(encode(reference), there)) faults[i] = { code: "reference-differs", found: decode(there) };
        else faults[i] = BASES_ONLY.test(alternative) ? undefined : { code: "no-bases" };
      }
    }
  }
  tell(variants.length);
  return faults;
}

/**
 * Places in the list of the variants of each record. Without a name the only record is meant; of two names that would
 * both mean a record, the closer one has it.
 */
function byRecord(sequences: Sequences, variants: readonly NamedVariant[]): Map<number, number[]> {
  const only = sequences.records.length === 1 ? 0 : -1;
  const owners = new Names(sequences.records.map(({ name }) => name)).owners(
    variants.flatMap(({ chromosome }) => chromosome ?? []),
  );
  const places = new Map<number, number[]>();
  for (const [i, { chromosome }] of variants.entries()) {
    const record = chromosome === undefined ? only : (owners.get(chromosome) ?? -1);
    if (record < 0) continue;
    const of = places.get(record);
    if (of) of.push(i);
    else places.set(record, [i]);
  }
  return places;
}
