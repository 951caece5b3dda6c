/** Scores of variants as files: the table and the VCF of `regulens interpret variants`. */

import type { NearGenes } from "../../../../../pkg/src/index";
import { cell, formatFloat32 } from "../../../export/columns";
import type { NearRows } from "./listing";
import { ATTENTION_COLUMNS, type AttentionColumn, type TrackColumn, type VariantScores } from "./scores";

/** Columns that need a model with null distributions. */
const RATED: readonly TrackColumn[] = ["percentile", "percentile_low", "percentile_high", "activity"];

/** A float32 as the program writes it: with its shortest digits, never with an exponent. */
export function plainFloat32(value: number): string {
  const text = formatFloat32(value);
  const [, sign = "", digits = "", exponent = ""] = /^(-?)([\d.]+)e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === "") return text;
  const [whole = "", part = ""] = digits.split(".");
  const point = whole.length + Number(exponent);
  const all = whole + part;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
  return `${sign}${all.slice(0, point).padEnd(point, "0")}${point < all.length ? `.${all.slice(point)}` : ""}`;
}

/** A number for a cell or a field; empty if NaN. Positions, layers and heads are whole numbers. */
function written(value: number, column: TrackColumn | AttentionColumn): string {
  if (/_(position|layer|head)$/.test(column)) return String(value);
  return Number.isNaN(value) && RATED.includes(column as TrackColumn) ? "" : plainFloat32(value);
}

/** The columns written for each track. */
function columnsOf({ isRated, columns }: VariantScores): readonly TrackColumn[] {
  return columns.filter((column) => isRated || !RATED.includes(column));
}

/** Columns of nearby genes; several genes are separated by commas. */
const OF_GENES = ["gene", "gene_distance", "in_gene", "in_gene_part"] as const;

/**
 * Values of these columns: the gene of the nearest TSS, with a negative distance upstream, and the genes that contain
 * the row.
 */
function genesWritten(near: NearGenes | undefined): readonly string[] {
  const { here, nearest } = near ?? { here: [], nearest: [] };
  return [
    nearest.map(({ name }) => cell(name)),
    nearest.map(({ distance }) => String(distance)),
    here.map(({ name }) => cell(name)),
    here.map(({ part }) => part),
  ].map((each) => each.join(","));
}

/**
 * The lines of the table: a row for each scored variant and track, in the order of `listed`. If genes are known, the
 * nearby ones come last.
 */
export function* tsvLines(scores: VariantScores, listed: Iterable<number>, near?: NearRows): Generator<string> {
  const { rows, names, attends } = scores;
  const columns = columnsOf(scores);
  const ofAttention = attends ? ATTENTION_COLUMNS : [];
  const ofGenes = near ? OF_GENES : [];
  const variant = ["sequence", "position", "id", "reference", "alternative", "track"];
  const header = [...variant, ...columns, ...ofAttention, ...ofGenes];
  yield `${header.join("\t")}\n`;
  for (const row of listed) {
    if (!scores.has(row)) continue;
    const { chromosome, position, id, reference, alternative } = rows[row]!;
    const attention = ofAttention.map((column) => written(scores.attention(row, column), column));
    const genes = near ? genesWritten(near[row]) : [];
    for (const [track, name] of names.entries()) {
      const cells = [
        ...[cell(chromosome), position + 1, cell(id), reference, alternative, cell(name)],
        ...columns.map((column) => written(scores.value(row, track, column), column)),
        ...attention,
        ...genes,
      ];
      yield `${cells.join("\t")}\n`;
    }
  }
}

/** A field of the column INFO, and its value in a row; undefined for none. */
interface InfoField {
  readonly id: string;
  readonly type: "Float" | "Integer" | "String";
  readonly description: string;
  value(row: number): string | undefined;
}

/** Fields of a track in a VCF. */
const OF_TRACK: readonly (Omit<InfoField, "id" | "value"> & { readonly name: string; readonly column: TrackColumn })[] =
  [
    {
      name: "REF",
      type: "Float",
      column: "reference_sum",
      description: "prediction for the reference, summed over the bins around the variant",
    },
    {
      name: "ALT",
      type: "Float",
      column: "alternative_sum",
      description: "prediction for the alternative, summed over the bins around the variant",
    },
    {
      name: "SAD",
      type: "Float",
      column: "sad",
      description: "alternative minus reference, summed over the bins around the variant",
    },
    { name: "TOTAL", type: "Float", column: "total", description: "alternative minus reference, summed over all bins" },
    { name: "LOG2", type: "Float", column: "log2", description: "largest change of log2(prediction + 1) in one bin" },
    { name: "AT", type: "Integer", column: "log2_position", description: "first base of that bin" },
    {
      name: "SADSD",
      type: "Float",
      column: "sad_sd",
      description: "standard deviation of SAD over the models joined in the file",
    },
    { name: "SADLOW", type: "Float", column: "sad_low", description: "lowest SAD of these models" },
    { name: "SADHIGH", type: "Float", column: "sad_high", description: "highest SAD of these models" },
    {
      name: "PCT",
      type: "Float",
      column: "percentile",
      description: "% of random variants of the same kind with a smaller effect, at positions with similar predictions",
    },
    {
      name: "PCTLOW",
      type: "Float",
      column: "percentile_low",
      description: "lower end of the 95 % interval of PCT",
    },
    {
      name: "PCTHIGH",
      type: "Float",
      column: "percentile_high",
      description: "upper end of that interval; 100 if no random variant has as large an effect",
    },
    {
      name: "ACTIVITY",
      type: "Float",
      column: "activity",
      description: "% of random positions with a lower prediction",
    },
  ];

/** Index of the column INFO, from 0. */
const INFO = 7;

/**
 * The lines of the original VCF, with scores in INFO: rows without scores are unchanged, and earlier fields of the same
 * names are replaced.
 */
export function* vcfLines(text: string, scores: VariantScores): Generator<string> {
  const fields = fieldsOf(scores);
  const ids = new Set(fields.map(({ id }) => id));
  const rowsOfLine = byLine(scores);
  let isHeaded = false;
  for (const [i, read] of text.split("\n").entries()) {
    const line = read.replace(/\r$/, "");
    if (line.trim() === "") continue;
    if (isHeaded) yield `${scoredLine(line, fields, ids, rowsOfLine.get(i + 1) ?? [])}\n`;
    else if (!line.startsWith("##")) {
      isHeaded = true;
      yield* headerLines(scores, fields);
      yield `${line}\n`;
    } else if (!ids.has(/^##INFO=<ID=([^,>]*)/.exec(line)?.[1] ?? "")) yield `${line}\n`;
  }
}

function* headerLines({ by }: VariantScores, fields: readonly InfoField[]): Generator<string> {
  yield `##regulens_model=${by.card.name} (SHA-256 ${by.sha256}), ${by.program.toLowerCase()}\n`;
  for (const { id, type, description } of fields)
    yield `##INFO=<ID=${id},Number=A,Type=${type},Description="${description.replace(/["\\]/g, "\\$&")}">\n`;
}

/** A row with its fields; `rows` are those of its alternatives. */
function scoredLine(
  line: string,
  fields: readonly InfoField[],
  ids: ReadonlySet<string>,
  rows: readonly number[],
): string {
  const added = fields.flatMap(({ id, value }) => {
    const values = rows.map(value);
    return values.every((each) => each === undefined) ? [] : [`${id}=${values.map((each) => each ?? ".").join(",")}`];
  });
  if (added.length === 0) return line;
  const cells = line.split("\t");
  const kept = (cells[INFO] ?? "")
    .split(";")
    .filter((item) => item !== "." && item !== "" && !ids.has(item.split("=", 1)[0]!));
  return [...cells.slice(0, INFO), [...kept, ...added].join(";"), ...cells.slice(INFO + 1)].join("\t");
}

/** The rows for each line of the file: one per alternative. */
function byLine({ rows }: VariantScores): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [row, { line }] of rows.entries()) {
    const of = found.get(line);
    if (of) of.push(row);
    else found.set(line, [row]);
  }
  return found;
}

function fieldsOf(scores: VariantScores): readonly InfoField[] {
  const ids: string[] = [];
  const columns = columnsOf(scores);
  const fields = scores.names.flatMap((name, track): InfoField[] => {
    let id = idOf(name);
    if (ids.includes(id)) id += `_${scores.tracks[track]! + 1}`;
    ids.push(id);
    return OF_TRACK.filter(({ column }) => columns.includes(column)).map(
      ({ name: what, type, column, description }) => ({
        id: `RG_${what}_${id}`,
        type,
        description: `${name}: ${description}`,
        value: (row) => (scores.has(row) ? written(scores.value(row, track, column), column) || undefined : undefined),
      }),
    );
  });
  if (!scores.attends) return fields;
  const attention = (row: number, column: AttentionColumn): string => written(scores.attention(row, column), column);
  return [
    ...fields,
    {
      id: "RG_ATT",
      type: "Float",
      description: "Largest change of a bin's attention: total variation distance, 0 to 1",
      value: (row) => (scores.has(row) ? attention(row, "attention") : undefined),
    },
    {
      id: "RG_ATTAT",
      type: "String",
      description: "Layer, head and first base of that bin, separated by colons",
      value: (row) =>
        scores.has(row)
          ? (["attention_layer", "attention_head", "attention_position"] as const)
              .map((column) => attention(row, column))
              .join(":")
          : undefined,
    },
  ];
}

/** A name allowed in VCF, as close to a track's as possible: letters, digits and `_`. */
function idOf(name: string): string {
  return [...name].map((letter) => (/[A-Za-z0-9]/.test(letter) ? letter : "_")).join("") || "_";
}
