/** Routes files that were opened together: selects their task, and accounts for each. */

import { KNOWN_TASKS, type Task } from "../../../pkg/src/card";
import { factsOfTask } from "../tasks/known";
import { samplesAlike } from "../prepare/mark-names";
import type { FileKind, Identified } from "./files";

/** Outcome of one file. */
export interface Filed {
  readonly name: string;
  readonly used: boolean;
  /** Use of the file, or reason why it was not used. */
  readonly as: string;
  /** True if the file's destination reports this too. */
  readonly isTold?: boolean;
  /** True if the file waits, and nothing on the page shows it yet. */
  readonly waits?: boolean;
}

/** Outcome for all files that were opened together, and the model selected for them. */
export interface Intake {
  readonly files: readonly Filed[];
  /** The model that was opened for them. */
  readonly chosen?: { readonly model: string; readonly why: string } | undefined;
}

/** A file that was used. */
export function used({ name }: { readonly name: string }, as: string): Filed {
  return { name, used: true, as };
}

/** A file that will be used once something else has been opened. */
export function waiting(file: { readonly name: string }, as: string): Filed {
  return { ...used(file, as), waits: true };
}

/** A file that was not used. */
export function unused({ name }: { readonly name: string }, as: string): Filed {
  return { name, used: false, as };
}

/** A file that its reader rejected: the destination reports why. */
export function unread(file: { readonly name: string }): Filed {
  return { ...unused(file, "it could not be read"), isTold: true };
}

/** Names of the kinds of files. */
const WORDS: Readonly<Record<FileKind, string>> = {
  workspace: "a workspace",
  page: "a page that Regulens saved",
  model: "a weight file",
  weights: "weights that were trained elsewhere",
  sequence: "a sequence (FASTA or 2bit)",
  index: "the index of a FASTA",
  variants: "variants (VCF)",
  measured: "signal along a genome (bigWig, bedGraph or BAM)",
  annotation: "genes (GTF, GFF3 or BED)",
  peaks: "genomic intervals, as in a BED or peak file",
  motifs: "motifs (MEME or JASPAR)",
  table: "a table",
  expression: "a value for each gene, such as its expression",
  truth: "what was planted in simulated genes",
  sites: "what was planted in simulated sequence",
  names: "a list of names",
  other: "no format that is read here",
};

/** Remedy for peak files given in place of signal. */
export const PEAKS_REMEDY =
  "Peaks show where signal is, not how much: start from the bigWig or BAM files that they were called from.";

const NAMES_ADVICE =
  "a list of names, without signal; once there are results, paste the list into Find a gene, or of variants into Find " +
  "a variant";

/** Name of a kind: "a sequence (FASTA or 2bit)". */
export function inWords(kind: FileKind): string {
  return WORDS[kind];
}

/** Files grouped by use: those that open something by themselves, data, and unused ones. */
export interface Sorted {
  readonly opens: Identified | undefined;
  /** Weights of one model trained elsewhere, in one or several files. */
  readonly foreign: readonly Identified[];
  readonly data: readonly Identified[];
  readonly left: readonly Filed[];
}

/** Sorts files that were opened together: a workspace or a saved page precedes a model, a model precedes data. */
export function sorted(files: readonly Identified[]): Sorted {
  const opens = (["workspace", "page", "model"] as const)
    .map((kind) => files.find((each) => each.kind === kind))
    .find((each) => each !== undefined);
  const others = files.filter((each) => each !== opens);
  if (opens && opens.kind !== "model")
    return {
      ...{ opens, foreign: [], data: [] },
      left: others.map((each) => unused(each, `${inWords(opens.kind)} brings its own data`)),
    };
  const weights = others.filter(({ kind }) => kind === "weights");
  const foreign = opens ? [] : ofOneModel(weights);
  const data = others.filter(({ kind }) => !["model", "weights", "names", "other"].includes(kind));
  const names = others.filter(({ kind }) => kind === "names");
  const strange = others.filter(({ kind }) => kind === "other");
  // A single unknown file is read as a table, whose reader gives the best error.
  const alone = files.length === 1 ? strange : [];
  return {
    opens,
    foreign,
    data: [...data, ...alone.map((each): Identified => ({ ...each, kind: "table" }))],
    left: [
      ...others
        .filter((each) => each.kind === "model" || (each.kind === "weights" && !foreign.includes(each)))
        .map((each) => unused(each, "one model is open at a time")),
      ...names.map((each) => unused(each, NAMES_ADVICE)),
      ...strange
        .filter((each) => !alone.includes(each))
        .map((each) =>
          unused(each, "not a table, sequence, signal along a genome, list of genes, weight file or workspace"),
        ),
    ],
  };
}

/** The first of these files; for a TensorFlow checkpoint all of its files. */
function ofOneModel(files: readonly Identified[]): readonly Identified[] {
  const stem = ({ name }: Identified): string => name.replace(/\.(index|data-\d{5}-of-\d{5})$/i, "");
  const [first] = files;
  if (!first || stem(first) === first.name) return files.slice(0, 1);
  return files.filter((each) => stem(each) === stem(first));
}

/**
 * The task for these files, given that the open model is of `active`, with or without data. Two tables are a change
 * between two cell types; more are samples of single tables, or pairs if a model of a change is open; tables added to
 * samples join them. For models that do not read tables, signal along a genome and genes are shown with a prediction,
 * if there is one; otherwise they become a table.
 */
export function taskOfFiles(files: readonly Identified[], active: Task, hasData: boolean, hasSamples = false): Task {
  const count = (...kinds: readonly FileKind[]): number => files.filter(({ kind }) => kinds.includes(kind)).length;
  const tables = count("table");
  const read = factsOfTask(active).cells.length;
  const owner = KNOWN_TASKS.find((task) => count(...factsOfTask(task).own) > 0);
  if (owner && (read === 0 || tables === 0)) return owner;
  // Signal of two samples is a change between them, unless one table is open already; further samples are separate.
  const samples = samplesAlike(files.filter(({ kind }) => kind === "measured").map(({ name }) => name));
  if (read === 1 && tables === 0 && !hasData && samples === 2) return ofTables(2, active);
  if (read > 1 && tables === 0 && samples > 2) return ofTables(1, active);
  if (tables > 0 && hasSamples) return active;
  if (tables > 2) return read > 1 && tables % read === 0 ? active : ofTables(1, active);
  if (read > 0) return tables > 1 ? ofTables(2, active) : active;
  if (tables > 0) return ofTables(tables > 1 ? 2 : 1, active);
  const canBeTable = count("annotation") > 0 || count("measured") > 1;
  return canBeTable && !hasData ? ofTables(1, active) : active;
}

/** The task whose models read this number of tables: the active one, otherwise the first. */
function ofTables(tables: number, active: Task): Task {
  return [active, ...KNOWN_TASKS].find((task) => factsOfTask(task).cells.length === tables)!;
}
