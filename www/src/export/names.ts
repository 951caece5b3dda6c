/** Names of saved files: the table's name, the content, and the gene if there is one. */

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

/** Replaces spaces, and characters that some file system forbids, by hyphens, and limits the length. */
function safe(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._+-]+/gu, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
}

/** Strips endings: `K562.test.csv.gz` becomes `K562.test`. */
export function stem(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? "";
  return (
    safe(name.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt|tab|bed|fa|fna|fasta|bedgraph|bw|bigwig|vcf)$/i, "")) ||
    "table"
  );
}

/** Name of a download: `K562.test.ENSG00000156508.tracks.svg`; `K562.test.predictions.tsv`. */
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
