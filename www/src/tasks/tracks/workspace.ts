/** Saving to and restoring from workspaces of results along a sequence. */

import type { Fields, Files, Reading, Restoring } from "../../workspace/reading";
import type { Stored } from "../../workspace/format";
import { stem } from "../../export/names";
import type { RunningAll } from "./all/running";
import type { TrackComparing } from "./compare/comparing";
import type { SequenceSession } from "./session";

/** Results of a model of tracks along a sequence. Bins, tracks, layers and heads are counted from 0. */
export interface TracksView extends Stored {
  readonly kind: "tracks";
  readonly sequence?: number | undefined;
  readonly record?: string | undefined;
  /** The user's word on the assembly of the sequences. */
  readonly assembly?: string | undefined;
  /**
   * The indexes of a genome that is read by slices, and the place that was run: its first base, from 0, and its end.
   */
  readonly fai?: number | undefined;
  readonly gzi?: number | undefined;
  readonly place?: { readonly start: number; readonly end: number } | undefined;
  /** A file of regions, one of genes, and one of motifs. */
  readonly regions?: number | undefined;
  readonly genes?: number | undefined;
  readonly motifs?: number | undefined;
  /** Sites planted in simulated sequences. */
  readonly sites?: number | undefined;
  readonly ran: boolean;
  readonly shown: readonly number[];
  /** The first bin in view and the one after the last. */
  readonly view: readonly [number, number];
  readonly bin?: number | undefined;
  readonly layer: number;
  readonly head: number;
  readonly measured: readonly { readonly input: number; readonly track: number; readonly value: "sum" | "mean" }[];
  readonly ownScale: boolean;
  /** The coverage of the intervals that are drawn; absent where none are. */
  readonly coverage?: number | undefined;
  readonly variants?: number | undefined;
  /** Number of variants that those were chosen from; absent where they are all. */
  readonly variantsOf?: number | undefined;
  /** The variant that is looked at; its position is counted from 0. */
  readonly variant?:
    { readonly position: number; readonly reference: string; readonly alternative: string } | undefined;
  /** The scores of the variants, as far as they were computed. */
  readonly scores?: number | undefined;
  /** The model that is compared with, by its place among the models, and the tracks that lie over each other. */
  readonly compared?: { readonly model: number; readonly track: number; readonly against: number } | undefined;
  /** The records that were run one after another. */
  readonly all?: readonly string[] | undefined;
  /** Bases that are to be replaced: the first, from 0, and the one after the last. */
  readonly stretch?: { readonly start: number; readonly end: number } | undefined;
}

function isMine(stored: Stored): stored is TracksView {
  return stored.kind === "tracks";
}

/** Reads it from a file. */
export function readStored(fields: Fields, reading: Reading, inputs: number, models: number): TracksView {
  const at = (name: string): number | undefined => reading.maybe(fields[name], `view.${name}`, inputs);
  const text = (name: string): string | undefined =>
    fields[name] === undefined ? undefined : reading.text(fields[name], `view.${name}`);
  const pair = reading.list(fields.view, "view.view", (each, where) => reading.number(each, where));
  if (pair.length !== 2) reading.damaged("view.view", "two numbers", fields.view);
  const place = fields.place === undefined ? undefined : reading.fields(fields.place, "view.place");
  const variant = fields.variant === undefined ? undefined : reading.fields(fields.variant, "view.variant");
  const stretch = fields.stretch === undefined ? undefined : reading.fields(fields.stretch, "view.stretch");
  const compared = fields.compared === undefined ? undefined : reading.fields(fields.compared, "view.compared");
  return {
    ...{
      kind: "tracks",
      ran: reading.boolean(fields.ran, "view.ran"),
      sequence: at("sequence"),
      record: text("record"),
      assembly: text("assembly"),
      variants: at("variants"),
      fai: at("fai"),
      gzi: at("gzi"),
      regions: at("regions"),
      genes: at("genes"),
      motifs: at("motifs"),
      sites: at("sites"),
      place: place && {
        start: reading.number(place.start, "view.place.start"),
        end: reading.number(place.end, "view.place.end"),
      },
      view: [pair[0]!, pair[1]!],
    },
    variantsOf: fields.variantsOf === undefined ? undefined : reading.number(fields.variantsOf, "view.variantsOf"),
    shown: reading.list(fields.shown, "view.shown", (each, where) => reading.number(each, where)),
    ...{
      bin: fields.bin === undefined ? undefined : reading.number(fields.bin, "view.bin"),
      layer: reading.number(fields.layer, "view.layer"),
      head: reading.number(fields.head, "view.head"),
    },
    measured: reading.list(fields.measured, "view.measured", (each, where) => {
      const of = reading.fields(each, where);
      return {
        input: reading.index(of.input, `${where}.input`, inputs),
        track: reading.number(of.track, `${where}.track`),
        value: reading.one(of.value, `${where}.value`, ["sum", "mean"] as const),
      };
    }),
    ownScale: reading.boolean(fields.ownScale, "view.ownScale"),
    coverage: fields.coverage === undefined ? undefined : reading.number(fields.coverage, "view.coverage"),
    scores: at("scores"),
    compared: compared && {
      model: reading.index(compared.model, "view.compared.model", models),
      track: reading.number(compared.track, "view.compared.track"),
      against: reading.number(compared.against, "view.compared.against"),
    },
    all:
      fields.all === undefined
        ? undefined
        : reading.list(fields.all, "view.all", (each, where) => reading.text(each, where)),
    variant: variant && {
      position: reading.number(variant.position, "view.variant.position"),
      reference: reading.text(variant.reference, "view.variant.reference"),
      alternative: reading.text(variant.alternative, "view.variant.alternative"),
    },
    stretch: stretch && {
      start: reading.number(stretch.start, "view.stretch.start"),
      end: reading.number(stretch.end, "view.stretch.end"),
    },
  };
}

/** Parts of the task that workspaces know. */
interface Work {
  readonly work: SequenceSession;
  readonly comparing: TrackComparing;
  readonly all: RunningAll;
}

/** Captures the state of the page. */
export function capture({ work, comparing, all }: Work, files: Files): TracksView {
  const { sequences, source, indexes, example, index, place, regions, run, shown, view, bin } = work.state;
  const { layer, head, overlays, ownScale, motifs, planted, variants, variant, stretch } = work.state;
  const record = sequences?.records[index];
  const compared = comparing.shown;
  const scores = work.scored.packed();
  const model = compared && files.model(compared.other.model);
  return {
    ...{
      kind: "tracks",
      sequence: files.input(source, "sequence", example, work.state.simulated),
      record: record?.name,
      assembly: work.state.assembly,
      fai: files.input(indexes?.fai, "index"),
      gzi: files.input(indexes?.gzi, "index"),
      place: sequences?.isSliced && place ? { start: place.start, end: place.end } : undefined,
      regions: files.input(regions?.source, "regions"),
      genes: files.input(work.genes.state.genes?.source, "genes"),
      motifs: files.input(motifs?.source, "motifs"),
      sites: files.input(planted?.source, "sites"),
      ran: run !== undefined && run.record === record,
      shown,
      view,
      bin,
      layer,
      head,
      ownScale,
      coverage: work.state.coverage,
      stretch,
    },
    measured: overlays.flatMap(({ source, track, value }) => {
      const input = files.input(source, "measured");
      return input === undefined ? [] : [{ input, track, value }];
    }),
    variants: files.input(variants?.source, "variants"),
    variantsOf: variants?.of,
    scores: scores && files.input({ blob: scores, file: `${stem(variants?.file ?? "")}.scores` }, "scores"),
    variant: variant && {
      position: variant.variant.position,
      reference: variant.variant.reference,
      alternative: variant.variant.alternative,
    },
    compared:
      compared && model !== undefined
        ? { model, track: compared.pair.track, against: compared.pair.against }
        : undefined,
    all: all.done.size > 0 ? [...all.done].flatMap((at) => sequences?.records[at]?.name ?? []) : undefined,
  };
}

/** Brings it back. */
export async function restore({ work, comparing, all }: Work, stored: Stored, restoring: Restoring): Promise<void> {
  if (!isMine(stored)) return;
  const source = stored.sequence === undefined ? undefined : restoring.source(stored.sequence);
  if (stored.sequence === undefined || !source) return;
  const given = (at: number | undefined) => (at === undefined ? undefined : restoring.source(at));
  const [fai, gzi, regions] = [stored.fai, stored.gzi, stored.regions].map(given);
  const [genes, motifs, sites] = [stored.genes, stored.motifs, stored.sites].map(given);
  const { example, simulated: isSaid } = restoring.input(stored.sequence);
  const entry = example && restoring.page.state.catalogue?.examples.find(({ id }) => id === example);
  const simulated = entry ? entry.simulated : isSaid;
  if (!(await work.readSequences(source, { example, simulated, indexes: { fai, gzi } })))
    return void restoring.missing.push(`${source.file} could not be read.`);
  const index = work.state.sequences?.records.findIndex(({ name }) => name === stored.record) ?? -1;
  if (index < 0 && stored.record !== undefined)
    restoring.missing.push(`${source.file} has no record ${stored.record}.`);
  if (stored.place) work.places.choose({ name: "", index: Math.max(0, index), ...stored.place });
  if (regions) await work.places.readRegions(regions);
  if (genes) await work.genes.read(genes);
  if (motifs) await work.motifs.read(motifs);
  if (sites) work.set({ planted: { source: sites } });
  const variants = stored.variants === undefined ? undefined : restoring.source(stored.variants);
  if (variants) await work.readVariants(variants, stored.variantsOf);
  await work.chooseRecord(Math.max(0, index));
  const scores = restoring.made(stored.scores);
  if (scores && !(await work.scored.take(scores)))
    restoring.missing.push("The scores of the variants are not of this model and these files: score them again.");
  else if (stored.scores !== undefined && !scores)
    restoring.missing.push("The scores of the variants were not kept: score them again.");
  work.sayAssembly(stored.assembly);
  if (!stored.ran) return;
  await work.run();
  const { run } = work.state;
  if (!run) return void restoring.missing.push("The model could not be run on the sequence again.");
  await work.tracks.show(stored.shown.filter((track) => track >= 0 && track < run.peaks.length));
  for (const { input, track, value } of stored.measured) {
    const measured = restoring.source(input);
    if (measured) await work.tracks.readMeasured(measured, track, value);
  }
  work.set({ ownScale: stored.ownScale });
  await work.tracks.cover(stored.coverage);
  if (stored.variant) await work.tryVariant(stored.variant);
  if (stored.stretch) work.set({ stretch: stored.stretch });
  if (stored.bin !== undefined) await work.tracks.lookAt(stored.bin);
  const { shape } = run.model;
  if (shape && stored.layer < shape.layers && stored.head < shape.heads)
    await work.tracks.chooseHead(stored.layer, stored.head);
  work.tracks.look(stored.view);
  if (stored.compared) {
    const origin = restoring.model(stored.compared.model);
    if (origin) await comparing.compareWithFile(origin, stored.compared);
    else restoring.missing.push("The other model that the tracks were compared with was not given.");
  }
  const { records = [] } = work.state.sequences ?? {};
  const done = (stored.all ?? []).map((name) => records.findIndex((each) => each.name === name));
  // It may take long, and is shown with its progress where it stands.
  if (done.length > 0) void all.run(done.filter((at) => at >= 0));
}
