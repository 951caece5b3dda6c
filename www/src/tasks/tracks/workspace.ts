/** Results along a sequence in workspaces: writing and reading. */

import type { Files, Restoring } from "../../workspace/reading";
import type { Results, TrackResults } from "../../workspace/format";
import { stem } from "../../export/names";
import type { RunningAll } from "./all/running";
import type { TrackComparing } from "./compare/comparing";
import { show } from "./links";
import type { SequenceSession } from "./session";

/** Parts of the task that workspaces contain. */
interface Work {
  readonly work: SequenceSession;
  readonly comparing: TrackComparing;
  readonly all: RunningAll;
}

/** Captures the state of the page. */
export function capture({ work, comparing, all }: Work, files: Files): TrackResults & { task: "tracks" } {
  const { sequences, source, indexes, example, index, place, regions, run, shown } = work.state;
  const { layer, head, overlays, ownScale, motifs, planted, variants, stretch } = work.state;
  const record = sequences?.records[index];
  const compared = comparing.shown;
  const scores = work.scored.packed();
  const model = compared && files.model(compared.other.model);
  return {
    ...{
      task: "tracks",
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
      layer,
      head,
      ownScale,
      stretch,
    },
    measured: overlays.flatMap(({ source, track, value }) => {
      const input = files.input(source, "measured");
      return input === undefined ? [] : [{ input, track, value }];
    }),
    variants: files.input(variants?.source, "variants"),
    variantsOf: variants?.of,
    scores: scores && files.input({ blob: scores, file: `${stem(variants?.file ?? "")}.scores` }, "scores"),
    compared:
      compared && model !== undefined
        ? { model, track: compared.pair.track, against: compared.pair.against }
        : undefined,
    all: all.done.size > 0 ? [...all.done].flatMap((at) => sequences?.records[at]?.name ?? []) : undefined,
  };
}

/** Restores it. */
export async function restore({ work, comparing, all }: Work, stored: Results, restoring: Restoring): Promise<void> {
  if (stored.task !== "tracks") return;
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
  restoring.missing.push(...(await show(work, restoring.workspace.looked, "workspace")));
  if (stored.stretch) work.set({ stretch: stored.stretch });
  const { shape } = run.model;
  if (shape && stored.layer < shape.layers && stored.head < shape.heads)
    await work.tracks.chooseHead(stored.layer, stored.head);
  if (stored.compared) {
    const origin = restoring.model(stored.compared.model);
    if (origin) await comparing.compareWithFile(origin, stored.compared);
    else restoring.missing.push("The other model that the tracks were compared with was not given.");
  }
  const { records = [] } = work.state.sequences ?? {};
  const done = (stored.all ?? []).map((name) => records.findIndex((each) => each.name === name));
  // This may take long; its progress is shown in place.
  if (done.length > 0) void all.run(done.filter((at) => at >= 0));
}
