/** Which mark a file is of, guessed from its name. */

/** A histone, a residue and what was done to it: `H3K4me3`, `h3k27ac`, `H3-K27-me3`. */
const MODIFICATION = /H(2A|2B|3|4)[._-]?([KRST])(\d{1,3})[._-]?(me[123]?|ac|ub1?|ph|cr)(?!\d)/i;
/** The same without its histone, by itself: `K4me3`, but no cell line such as K562. */
const RESIDUE = /(?<![a-z0-9])()([KRST])(\d{1,2}|120)[._-]?(me[123]?|ac|ub1?|ph|cr)(?![a-z0-9])/i;
/** Variants of histones, and what else is measured in their place. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/(?<![a-z0-9])H2A[._-]?F?[._-]?Z(?![a-z0-9])/i, "H2A.Z"],
  [/(?<![a-z0-9])(?:DNase|DNaseI|DHS)(?![a-z])/i, "DNase"],
  [/(?<![a-z0-9])ATAC/i, "ATAC"],
];

/**
 * The mark in a file's name as one of `marks`, where it is one of them, else as it is commonly written; undefined where
 * none is seen.
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
    // Which histone it is of, the model's marks may say; else it is H3, but for the residues that H4 is known for.
    const alike = marks.filter((mark) => mark.toLowerCase().endsWith(written.toLowerCase()));
    return alike.length === 1 ? alike[0] : `${/^K(5|8|12|16|20)[ma]/.test(written) ? "H4" : "H3"}${written}`;
  }
  return OTHERS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Accessions of files, which tell no sample apart: each file has its own. */
const ACCESSION = /(?<![a-z0-9])(?:ENCFF\d{3}[A-Z]{3}|GSM\d+|SRR\d+)(?![a-z0-9])/i;

/** Words that say what was done to a file, whatever its sample. */
const TREATMENT = /(?<![a-z0-9])(?:fc|pval|signal|stdsig|sorted|merged|filtered|dedup|bs\d+|rpkm|cpm)(?![a-z0-9])/gi;

/**
 * The sample in a file's name: what is left of it without mark, accession and endings, `liver` of
 * `liver_H3K4me3.bw`; empty where nothing is.
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
 * Files by their sample, in their order, where names tell two samples or more with several marks, one of them the same;
 * empty where they are of one. Files of which no mark or no sample is told are of the first.
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
  // Files of one sample may be named unlike each other; they are of several where a mark comes again.
  const areApart = whole.some((one, i) => whole.slice(i + 1).some((other) => [...one].some((mark) => other.has(mark))));
  return areApart ? new Map([[first[0], [...first[1], ...untold]], ...others]) : new Map();
}

/** The number of samples that files are of, each with the same marks, two or more; 0 where they are not. */
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

/** Returns true if a name holds a mark, and not one that it is the beginning of: `H3K4me1` is not in `H3K4me10`. */
function holds(name: string, mark: string): boolean {
  const [text, wanted] = [name.toLowerCase(), mark.toLowerCase()];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!/\d/.test(text[at + wanted.length] ?? "") || !/\d$/.test(wanted)) return true;
  }
  return false;
}
