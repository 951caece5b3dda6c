/** Names of saved files: the table's name, what is in the file, and the gene where it is about one. */

/** Content of a saved file. */
export type Saved =
  | "predictions"
  | "tracks"
  | "mark-attention"
  | "average-attention"
  | "probability"
  | "level"
  | "beta-heat-map"
  | "scatter"
  | "samples"
  | "comparison"
  | "not-shared"
  | "saliency"
  | "contributions"
  | `class-optimisation-${"on" | "off" | "up" | "down" | "high" | "low"}`
  | "deletion"
  | "deletion-mean"
  | "explanation-means"
  | "held-out"
  | "correlations"
  | "change"
  | "predicted-measured"
  | "reliability"
  | "driving-marks"
  | "auxiliary-attention"
  | "unmatched"
  | "changed-tracks"
  | "sequence-tracks"
  | "head-attention"
  | "attention-map"
  | "position-functions"
  | "variant"
  | "scores"
  | "mutagenesis"
  | "base-contributions"
  | "motifs"
  | "patterns"
  | "track-deletion"
  | "predicted"
  | "arrays"
  | "what-if"
  | "page";

/** Characters that some file system refuses, and spaces, as a hyphen; not longer than a name may be. */
function safe(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._+-]+/gu, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
}

/** `K562.test.csv.gz` as `K562.test`. */
export function stem(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? "";
  return (
    safe(name.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt|tab|bed|fa|fna|fasta|bedgraph|bw|bigwig|vcf)$/i, "")) ||
    "table"
  );
}

/** `K562.test.ENSG00000156508.tracks.svg`; `K562.test.predictions.tsv`. */
export function downloadName(
  table: string,
  saved: Saved,
  extension:
    | "tsv"
    | "vcf"
    | "svg"
    | "png"
    | "bedgraph"
    | `${"" | "sd." | "low." | "high." | "interval_low." | "interval_high."}bw`
    | "html"
    | "npz"
    | "safetensors",
  gene?: string,
): string {
  return [stem(table), gene === undefined ? "" : safe(gene), saved, extension].filter((part) => part !== "").join(".");
}
