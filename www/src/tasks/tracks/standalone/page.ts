/** Tracks along a sequence, or variants of a VCF, as a single-file page. */

import type { VariantRow } from "../../../../../pkg/src/index";
import type { Exported } from "../../../standalone/format";
import { GENES_BLOCK } from "../../../standalone/genes";
import { meanInWords } from "../../shared/confidence";
import type { Exportable } from "../../../standalone/save-page";
import { blobOf } from "../../../standalone/blocks";
import { correlationsInView, tracksDrawing } from "../drawings";
import { type Place, placeInWords, placeOfText, placeOfVariant } from "../places/places";
import { type Beyond, beyondInWords, beyondOf, type ScoredVariants } from "../variants/scored";
import { SCORE } from "../../../../../pkg/src/constants";
import { assemblyInWords } from "../../shared/assemblies";
import { contributionsForCaption } from "../explained/contributions-words";
import { captionOf } from "../../shared/caption";
import { differsOf, type TrackRun, unitsInWords } from "../result";
import type { SequenceSession } from "../session";
import { coverageDrawn } from "../sure/intervals";
import { placeText } from "../variants/listing";
import { variantsOn } from "../variants/marked";
import { looked, recordAsked, show } from "../links";
import { parseVariant } from "../variants/text";

const VIEWS = [
  { view: "tracks", label: "The tracks, and all else" },
  { view: "attention", label: "Where the heads looked" },
] as const;

const VARIANT_VIEWS = [
  { view: "variants", label: "The variants" },
  { view: "tracks", label: "The tracks, and all else" },
] as const;

/** Returns true if the page is about the variants of a VCF, i.e. if they have scores. */
export function isOfVariants({ state }: Pick<ScoredVariants, "state">): boolean {
  return (state.scores?.done ?? 0) > 0;
}

/** Returns the parts of a run that can be saved: variants of a VCF, a region of a genome, or records. */
export function exportable(work: SequenceSession, run: TrackRun): Exportable {
  const { state, scored, correlations, genes } = work;
  // The live page's picture, for readers without scripts.
  const picture: Exportable["picture"] = (frame) =>
    tracksDrawing(state, run, correlationsInView(state, correlations), genes.under(run), variantsOn(work, run)).draw(
      frame,
    );
  const { sequences, variants, variant } = state;
  const { genes: known } = genes.state;
  const asksGenes = (variants: readonly VariantRow[]) => (known ? { genes: { variants } } : {});
  const genesInput = known ? [{ role: "genes" as const, block: GENES_BLOCK, file: known.file, of: known.count }] : [];
  const simulated = run.simulated ? { simulated: true } : {};
  const coverage = coverageDrawn(state);
  const { assembly } = state;
  const about = () => (assembly === undefined ? {} : { assembly });
  if (sequences && variants && isOfVariants(scored)) {
    const { rows, file, source, of = rows.length } = variants;
    const { records } = scored;
    return {
      ...{ model: run.model, names: rows.map(placeText), many: "variants", measured: [], views: VARIANT_VIEWS, about },
      chosen: variant && scored.rowOf(variant),
      looked: (variant) => ({ variant, coverage }),
      inputs: [
        { role: "sequences", block: "sequences", file: sequences.file, ...simulated },
        { role: "variants", block: "variants", file, of },
        ...genesInput,
      ],
      asks: (chosen) => {
        const lines = new Set(chosen.map((row) => rows[row]!.line));
        const kept = rows.filter(({ line }) => lines.has(line));
        return {
          ...asksGenes(kept),
          places: chosen.filter((row) => records[row]! >= 0).map((row) => placeOfVariant(records[row]!, rows[row]!)),
          variants: { source, lines: [...lines], items: kept.length },
        };
      },
      picture,
      caption: () =>
        caption(
          work,
          run,
          "Effects of variants on predicted tracks: the prediction with the variant less that without, as the mean " +
            `of both strands, summed over the bins of the variant and ${SCORE.around} on either side`,
          beyondOf(scored.state.scores!, scored.state.track),
        ),
    };
  }
  const draft = () => caption(work, run, `Tracks predicted along ${run.record.name} of ${run.file}`);
  const measured = state.overlays.map(({ track, source, value }) => ({ source, track, value }));
  const inputs = (of: { readonly file: string; readonly of?: number }): Exportable["inputs"] => [
    { role: "sequences", block: "sequences", ...of, ...simulated },
    ...measured.map(({ source, track, value }, i) => ({
      role: "measured" as const,
      block: i === 0 ? "measured" : `measured-${i + 1}`,
      file: source.file,
      track,
      value,
    })),
    ...genesInput,
  ];
  if (run.region && sequences) {
    const place = { index: run.index, ...run.region };
    return {
      ...{
        model: run.model,
        names: [placeInWords(sequences, place)],
        chosen: 0,
        measured,
        views: VIEWS,
        picture,
        about,
      },
      caption: draft,
      inputs: inputs({ file: run.file }),
      looked: (region) => ({ region, coverage }),
      asks: () => ({ places: [place], ...asksGenes([]) }),
    };
  }
  const { records, file } = sequences ?? { records: [run.record], file: run.file };
  return {
    ...{ model: run.model, names: records.map(({ name }) => name), measured, picture, about },
    caption: draft,
    ...{ chosen: run.index, views: VIEWS, bases: records.map(({ length }) => length) },
    inputs: inputs({ file, of: records.length }),
    looked: (record) => ({ record, ...(record === run.record.name ? inView(state) : {}), coverage }),
    asks: () => asksGenes([]),
  };
}

/** The region and the bin in view, for the page's picture; the region only if it is not everything. */
function inView(state: SequenceSession["state"]) {
  const { region, bin } = looked(state).address;
  const { run, view } = state;
  const isAll = !run || !view || (view[0] === 0 && view[1] === run.bins);
  return { ...(isAll ? {} : { region }), ...(bin === undefined ? {} : { bin }) };
}

/** Caption of the page for readers who do not know the run. */
function caption({ state }: SequenceSession, run: TrackRun, shown: string, beyond?: Beyond): Promise<string> {
  const { sequences, source, variants, contributions } = state;
  const { model, assembly } = run;
  const [mean, units] = [meanInWords(model.card), unitsInWords(model.card)];
  return captionOf(
    run,
    [
      shown,
      units && `Values are of ${units}`,
      mean && `Shown is ${mean}`,
      ...(beyond ? beyondInWords(beyond) : []),
      contributionsForCaption(contributions, model.card),
      assembly && `The assembly of the sequence is ${assemblyInWords(assembly.name)}, told by ${assembly.by}`,
      differsOf(run)?.[0],
    ],
    [
      { file: sequences?.file ?? run.file, source: sequences?.isSliced ? undefined : source },
      ...(beyond && variants ? [variants] : []),
    ],
  );
}

/** Opens the content of a page, runs it, and adds measured tracks. */
export async function openExported(work: SequenceSession, exported: Exported): Promise<void> {
  const { inputs, looked: at, assembly } = exported.manifest;
  const of = inputs.find(({ role }) => role === "sequences");
  if (!of || !(await work.readSequences({ blob: blobOf(exported, of), file: of.file }, { simulated: of.simulated })))
    return;
  if (assembly !== undefined) work.sayAssembly(assembly);
  await work.tracks.cover(at.coverage);
  const genes = inputs.find(({ role }) => role === "genes");
  if (genes) await work.genes.read({ blob: blobOf(exported, genes), file: genes.file });
  const variants = inputs.find(({ role }) => role === "variants");
  if (variants) {
    const source = { blob: blobOf(exported, variants), file: variants.file };
    return openVariants(work, source, variants.of, at.variant);
  }
  const regions = inputs.find(({ role }) => role === "regions");
  if (regions) await work.places.readRegions({ blob: blobOf(exported, regions), file: regions.file });
  const { sequences } = work.state;
  if (sequences?.isSliced) {
    const asked = placeOfText(at.region ?? "", sequences, 0, Infinity);
    const isAsked = ({ index, start, end }: Place): boolean =>
      index === asked.index && start === asked.start && end === asked.end;
    const place = work.places.all.find(isAsked) ?? asked;
    work.places.choose(place);
    await work.places.open(place);
  } else {
    await work.run(recordAsked(at, sequences));
    await show(work, { region: at.region, bin: at.bin });
  }
  for (const input of inputs)
    if (input.role === "measured" && work.isCurrent)
      await work.tracks.readMeasured({ blob: blobOf(exported, input), file: input.file }, input.track, input.value);
}

/** Reads a page's variants, opens one of them, and scores all. */
async function openVariants(
  work: SequenceSession,
  source: { readonly blob: Blob; readonly file: string },
  of: number | undefined,
  selected = "",
): Promise<void> {
  await work.readVariants(source, of);
  const row = parseVariant(selected) ?? work.state.variants?.rows[0];
  const name = row && ("chromosome" in row ? row.chromosome : row.name);
  if (row) await work.tryVariant(row, name);
  void work.scored.score();
}
