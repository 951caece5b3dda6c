/** From a workspace whose files are at hand to the page as it was. */

import type { Understanding } from "../../../pkg/src/index";
import type { ModelRequest, Preparation, TableRequest } from "../session/opened";
import {
  type Accepted,
  canRescale,
  NOTHING_ACCEPTED,
  preparationInWords,
  preparationOf,
  samePreparation,
} from "../session/preparation";
import type { Session } from "../session/session";
import type { ChangesView, GenesView, TracksView, Workspace } from "./workspace";
import type { Snapshot } from "./capture";

/** Restores what is at hand; says what could not be restored, one sentence each. */
export async function restore(session: Session, { workspace, models, inputs }: Snapshot): Promise<string[]> {
  const { view, kept, notes, device, weights, part } = workspace;
  const restoring = new Restoring(session, workspace, models, inputs);
  const isOtherDevice = session.state.choice !== device;
  await session.clear();
  session.prefer(device, weights);
  session.view({ notes });
  for (const each of kept) await restoring.keep(each);
  if (workspace.model !== undefined && (await restoring.open(workspace.model))) {
    // The model may have been open all the time. The fastest is looked for in the background.
    const ready = isOtherDevice ? session.chooseDevice(device) : undefined;
    if (device !== "auto") await ready;
    if (view.kind === "genes") await restoring.genes(view);
    else if (view.kind === "changes") await restoring.changes(view);
    else await restoring.tracks(view);
    if (part) session.bring(part);
  }
  return restoring.missing;
}

class Restoring {
  readonly missing: string[] = [];

  constructor(
    private readonly session: Session,
    private readonly workspace: Workspace,
    private readonly models: readonly (ModelRequest | undefined)[],
    private readonly inputs: readonly (TableRequest | undefined)[],
  ) {}

  /** Opens a model unless it is open; says whether it is. */
  async open(at: number): Promise<boolean> {
    const { session } = this;
    const model = this.workspace.models[at]!;
    const source = this.models[at];
    if (!source) {
      this.missing.push(`The model ${model.name} was not given.`);
      return false;
    }
    const request = "url" in source ? source.sha256 : undefined;
    if (session.state.model?.sha256 === (request ?? model.sha256)) return true;
    const before = session.state.model;
    await session.openFrom(source);
    const isOpen =
      session.state.model !== undefined && session.state.model !== before && session.state.problems.model === undefined;
    if (!isOpen) this.missing.push(`The model ${model.name} could not be opened.`);
    return isOpen;
  }

  /** Runs a kept run again and keeps it. */
  async keep({ model, table, preparation }: Workspace["kept"][number]): Promise<void> {
    const { session } = this;
    const said = `The run of ${this.workspace.models[model]!.title} on ${this.workspace.inputs[table]!.name} is not kept again.`;
    if (!(await this.open(model)) || !(await this.#read(table, "a"))) return void this.missing.push(said);
    const before = session.state.run;
    await session.run(preparation);
    if (session.state.run === before || !(await session.keepRun())) this.missing.push(said);
  }

  async genes(view: GenesView): Promise<void> {
    const { session } = this;
    session.view({ listing: view.listing });
    session.explanations.show(view.shown);
    if (view.table === undefined || !(await this.#read(view.table, "a"))) return;
    const prepared = this.#accept(view.preparation, "a");
    if (!view.ran) return;
    await session.run(prepared ? undefined : view.preparation);
    const { run } = session.state;
    if (!run) return void this.missing.push("The model could not be run on the table again.");
    const gene = this.#find(run.table.genes, view.gene);
    if (gene !== undefined) await session.selectGene(gene);
    this.#perturb(view);
  }

  async changes(view: ChangesView): Promise<void> {
    const { session } = this;
    session.view({ changes: view.listing, threshold: view.threshold });
    const read = [
      view.a !== undefined && (await this.#read(view.a, "a")),
      view.b !== undefined && (await this.#read(view.b, "b")),
    ];
    if (read[0]) this.#accept(view.preparations[0], "a");
    if (read[1]) this.#accept(view.preparations[1], "b");
    if (!view.ran || !read.every(Boolean)) return;
    await session.run();
    const { change } = session.state;
    if (!change) return void this.missing.push("The model could not be run on the tables again.");
    for (const [cell, at] of [
      ["a", view.countsA],
      ["b", view.countsB],
    ] as const) {
      if (at === undefined) continue;
      const source = this.#source(at);
      if (source)
        await session
          .readCounts(source, cell)
          .catch((thrown: unknown) =>
            this.missing.push(
              `The counts ${source.file} could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
            ),
          );
    }
    const gene = this.#find(change.genes, view.gene);
    if (gene !== undefined) session.selectChanged(gene);
    this.#perturb(view);
  }

  async tracks(view: TracksView): Promise<void> {
    const { session, workspace } = this;
    const sequences = await session.sequences;
    const source = view.sequence === undefined ? undefined : this.#source(view.sequence);
    if (view.sequence === undefined || !source) return;
    if (!(await sequences.readSequences(source, workspace.inputs[view.sequence]!.example)))
      return void this.missing.push(`${source.file} could not be read.`);
    const index = sequences.state.sequences?.records.findIndex(({ name }) => name === view.record) ?? -1;
    if (index < 0 && view.record !== undefined) this.missing.push(`${source.file} has no record ${view.record}.`);
    await sequences.chooseRecord(Math.max(0, index));
    const variants = view.variants === undefined ? undefined : this.#source(view.variants);
    if (variants) await sequences.readVariants(variants);
    if (!view.ran) return;
    await sequences.run();
    const { run } = sequences.state;
    if (!run) return void this.missing.push("The model could not be run on the sequence again.");
    await sequences.show(view.shown.filter((track) => track >= 0 && track < run.peaks.length));
    for (const { input, track, value } of view.measured) {
      const measured = this.#source(input);
      if (measured) await sequences.readMeasured(measured, track, value);
    }
    sequences.scaleMeasured(view.ownScale);
    if (view.variant) await sequences.tryVariant(view.variant);
    if (view.stretch) sequences.chooseStretch(view.stretch);
    if (view.bin !== undefined) await sequences.lookAt(view.bin);
    const { shape } = run.model;
    if (shape && view.layer < shape.layers && view.head < shape.heads)
      await sequences.chooseHead(view.layer, view.head);
    sequences.look(view.view);
  }

  #source(at: number): TableRequest | undefined {
    const source = this.inputs[at];
    if (!source) this.missing.push(`${this.workspace.inputs[at]!.name} was not given.`);
    return source;
  }

  async #read(at: number, cell: "a" | "b"): Promise<boolean> {
    const source = this.#source(at);
    if (!source) return false;
    const { session } = this;
    const current = cell === "a" ? session.state.table : session.state.tableB;
    // What kept runs have in common with the table of the results is read once.
    if (current && session.sourceOf(current) === source) return true;
    const { example, simulated } = this.workspace.inputs[at]!;
    const entry = session.state.catalogue?.examples.find(({ id }) => id === example);
    const isRead = await session.readSource(source, entry ?? (simulated ? { simulated } : undefined), cell);
    if (!isRead) this.missing.push(`${source.file} could not be read.`);
    return isRead;
  }

  /** Accepts what makes the preparation; says whether that is possible. */
  #accept(preparation: Preparation, cell: "a" | "b"): boolean {
    const { understanding, understandingB } = this.session.state;
    const understood = cell === "a" ? understanding : understandingB;
    const accepted = understood && acceptedFor(understood, preparation);
    if (accepted) this.session.accept(accepted, cell);
    else
      this.missing.push(
        `The table ${cell === "a" ? "" : "of B "}is not prepared as it was (${preparationInWords(preparation).join("; ") || "as it is"}): this version offers something else.`,
      );
    return accepted !== undefined;
  }

  #find(genes: readonly string[], gene: string | undefined): number | undefined {
    if (gene === undefined) return undefined;
    const index = genes.indexOf(gene);
    if (index < 0) this.missing.push(`The gene ${gene} is not in the table.`);
    return index < 0 ? undefined : index;
  }

  #perturb({ perturbation }: GenesView | ChangesView): void {
    const { model } = this.session.state;
    if (perturbation && model) this.session.view({ perturbation: { ...perturbation, sha256: model.sha256 } });
  }
}

/**
 * What is to be accepted so that a table is prepared in this way; undefined where nothing that is offered does that.
 */
export function acceptedFor(understanding: Understanding, preparation: Preparation): Accepted | undefined {
  const offered = understanding.deviations.flatMap((deviation, i) => (canRescale(deviation) ? [i] : []));
  // Of more than these, all subsets would be too many to try.
  const most = 2 ** Math.min(offered.length, 12);
  for (let subset = 0; subset < most; subset++) {
    const accepted = {
      ...NOTHING_ACCEPTED,
      selectBins: preparation.selectBins !== undefined,
      rescale: new Set(offered.filter((_, i) => (subset >> i) & 1)),
    };
    if (samePreparation(preparationOf(understanding, accepted), preparation)) return accepted;
  }
  return undefined;
}
