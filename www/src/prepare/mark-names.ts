/** Guesses the mark of a file from its name. */

/** Histone, residue and modification: `H3K4me3`, `h3k27ac`, `H3-K27-me3`. */
const MODIFICATION = /H(2A|2B|3|4)[._-]?([KRST])(\d{1,3})[._-]?(me[123]?|ac|ub1?|ph|cr)(?!\d)/i;
/** The same without the histone: `K4me3`, but not a cell line such as K562. */
const RESIDUE = /(?<![a-z0-9])()([KRST])(\d{1,2}|120)[._-]?(me[123]?|ac|ub1?|ph|cr)(?![a-z0-9])/i;
/** Histone variants, and other measured signals. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/(?<![a-z0-9])H2A[._-]?F?[._-]?Z(?![a-z0-9])/i, "H2A.Z"],
  [/(?<![a-z0-9])(?:DNase|DNaseI|DHS)(?![a-z])/i, "DNase"],
  [/(?<![a-z0-9])ATAC/i, "ATAC"],
];

/**
 * The mark in a file name, in the spelling of `marks` if it is one of them, otherwise in the usual spelling; undefined
 * if none is found.
 *
 * `E003-H3K27ac.fc.signal.bigwig`, `wgEncodeBroadHistoneK562H3k4me3StdSig.bigWig`, `GM12878_K4me3.bw`.
 */
export function guessMark(file: string, marks: readonly string[]): string | undefined {
  const name = (file.split(/[\\/]/).at(-1) ?? "").replace(/\.(gz|bw|bigwig|bedgraph|bdg|bam|bed|tagalign)$/i, "");
  const known = [...marks].sort((a, b) => b.length - a.length).find((mark) => holds(name, mark));
  if (known !== undefined) return known;
  const [, histone, residue, place, change] = MODIFICATION.exec(name) ?? RESIDUE.exec(name) ?? [];
  if (residue !== undefined && change !== undefined) {
    const written = `${residue.toUpperCase()}${place}${change.toLowerCase()}`;
    const whole = histone && `H${histone.toUpperCase()}${written}`;
    if (whole) return marks.find((mark) => mark.toLowerCase() === whole.toLowerCase()) ?? whole;
    // The model's marks may determine the histone; otherwise it is H3, except for residues typical of H4.
    const alike = marks.filter((mark) => mark.toLowerCase().endsWith(written.toLowerCase()));
    return alike.length === 1 ? alike[0] : `${/^K(5|8|12|16|20)[ma]/.test(written) ? "H4" : "H3"}${written}`;
  }
  return OTHERS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Accessions of files, which do not identify samples: each file has its own. */
const ACCESSION = /(?<![a-z0-9])(?:ENCFF\d{3}[A-Z]{3}|GSM\d+|SRR\d+)(?![a-z0-9])/i;

/** Words that describe the processing of a file, whatever its sample. */
const TREATMENT = /(?<![a-z0-9])(?:fc|pval|signal|stdsig|sorted|merged|filtered|dedup|bs\d+|rpkm|cpm)(?![a-z0-9])/gi;

/**
 * The sample in a file name: the rest without mark, accession and extensions, `liver` for `liver_H3K4me3.bw`; empty if
 * nothing remains.
 */
export function sampleOf(file: string): string {
  const name = (file.split(/[\\/]/).at(-1) ?? "").replace(/(\.(gz|bw|bigwig|bedgraph|bdg|bam|bed|tagalign))+$/i, "");
  const [pattern] = [MODIFICATION, RESIDUE, ...OTHERS.map(([other]) => other)].filter((each) => each.test(name));
  return name
    .replace(ACCESSION, "")
    .replace(pattern ?? "", "")
    .replace(TREATMENT, "")
    .replace(/([._\- ])[._\- ]+/g, "$1")
    .replace(/^[._\- ]+|[._\- ]+$/g, "");
}

/**
 * Groups files by sample, in order, if names indicate at least two samples with several marks, at least one in common;
 * empty for a single sample. Files without a recognised mark or sample belong to the first.
 */
export function samplesIn<Named extends { readonly name: string }>(
  files: readonly Named[],
): ReadonlyMap<string, readonly Named[]> {
  const samples = new Map<string, Named[]>();
  const untold: Named[] = [];
  for (const file of files) {
    const sample = sampleOf(file.name);
    const known = [...samples.keys()].find((each) => each.toLowerCase() === sample.toLowerCase()) ?? sample;
    if (sample === "" || guessMark(file.name, []) === undefined) untold.push(file);
    else samples.set(known, [...(samples.get(known) ?? []), file]);
  }
  const [first, ...others] = [...samples];
  if (!first || others.length === 0) return new Map();
  const marks = [...samples.values()].map((own) => new Set(own.map(({ name }) => guessMark(name, []))));
  const whole = marks.filter(({ size }) => size > 1);
  // Files of one sample may have dissimilar names; a repeated mark indicates several samples.
  const areApart = whole.some((one, i) => whole.slice(i + 1).some((other) => [...one].some((mark) => other.has(mark))));
  return areApart ? new Map([[first[0], [...first[1], ...untold]], ...others]) : new Map();
}

/** Number of samples, two or more, that each have the same marks; otherwise 0. */
export function samplesAlike(files: readonly string[]): number {
  const marks = new Map<string, Set<string>>();
  for (const file of files) {
    const [sample, mark] = [sampleOf(file).toLowerCase(), guessMark(file, [])];
    if (mark !== undefined) marks.set(sample, new Set([...(marks.get(sample) ?? []), mark]));
  }
  const [first, ...others] = [...marks.values()];
  const areAlike = others.every((each) => each.size === first!.size && [...first!].every((mark) => each.has(mark)));
  return first !== undefined && first.size > 1 && areAlike ? marks.size : 0;
}

/** Returns true if a name contains a mark, not just the beginning of a longer one: `H3K4me1` is not in `H3K4me10`. */
function holds(name: string, mark: string): boolean {
  const [text, wanted] = [name.toLowerCase(), mark.toLowerCase()];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!/\d/.test(text[at + wanted.length] ?? "") || !/\d$/.test(wanted)) return true;
  }
  return false;
}
