// Everything that a user may name has a type, and the types hold.

import {
  ArgumentError,
  type DeviceChoice,
  InputError,
  type Model,
  type ModelCard,
  type OnOffResult,
  Regulens,
} from "regulens";
import { RegulensView, type RegulensViewResult } from "regulens/element";
import {
  type Annotation,
  openSignal,
  type PreparedTable,
  prepareTable,
  readAnnotation,
  readTable,
} from "regulens/parsers";
import { geneTracks, type GeneTracksOptions, light, sequenceTracks, changeTracks, deletionTest } from "regulens/plots";

export async function predict(file: File, device: DeviceChoice): Promise<Float32Array> {
  const model = await Regulens.load("model.safetensors", {
    task: "on-off",
    device,
    onProgress: ({ done, total }) => console.log(done / total),
  });
  const card: ModelCard = model.card;
  const result: OnOffResult = await model.predict(await model.readTable(file), {
    signal: new AbortController().signal,
  });
  const r: number | undefined = model.pearson(result.probability, result.logit);
  const options: GeneTracksOptions = {
    gene: result.genes[0] ?? "",
    marks: card.marks,
    binSize: card.bin_size,
    width: 640,
    theme: light,
    signal: [],
    alpha: result.alpha,
    probability: 0.5,
  };
  const svg: string = geneTracks(options);
  const table = await model.readTable(file);
  console.log(geneTracks(model.gene(table, result, "TP53")), model.gene(table, result, 0).of("H3K4me3").alpha);
  table[Symbol.dispose]();
  await model[Symbol.asyncDispose]();
  console.log(svg, r, sequenceTracks, changeTracks, deletionTest);
  // @ts-expect-error: a result has no such member
  console.log(result.probabilities);
  // @ts-expect-error: no such device
  await Regulens.load("model.safetensors", { device: "gpu" });
  return result.probability;
}

export async function prepare(gtf: Blob, bigWig: Blob): Promise<PreparedTable> {
  const genes: Annotation = await readAnnotation(gtf, { biotypes: ["protein_coding"] });
  // @ts-expect-error: a mark's signal is opened first
  await prepareTable(genes, { H3K4me3: bigWig });
  return prepareTable(genes, { H3K4me3: await openSignal(bigWig) }, { binSize: 100 });
}

export async function either(bytes: Uint8Array): Promise<string> {
  const model: Model = await Regulens.load(bytes);
  try {
    await readTable("gene,bin,H3K4me3\n");
  } catch (error) {
    if (error instanceof ArgumentError) return `${error.method}: ${error.argument} ${error.wanted}`;
    if (error instanceof InputError) return `${error.file}:${error.line}: ${error.message} ${error.remedy}`;
  }
  if (model.task === "change")
    return (await model.predict(await model.readTable(""), await model.readTable(""))).columns.join();
  // @ts-expect-error: not every model reads tables
  await model.readTable("");
  return model.task === "tracks" ? String(model.shape.tracks) : model.card.marks.join();
}

export function show(file: File): RegulensView {
  const view = document.createElement("regulens-view");
  view.model = "model.safetensors";
  view.data = file;
  // @ts-expect-error: no such view
  view.view = "genes";
  view.addEventListener("regulens-result", ({ detail }) => {
    const result: RegulensViewResult = detail;
    if (result.kind === "gene") console.log(result.probability);
  });
  view.gene = null;
  const failed = (code: string, remedy: string | undefined) => console.log(code, remedy);
  document.body.addEventListener("regulens-error", ({ detail }) => failed(detail.code, detail.remedy));
  document.addEventListener("regulens-error", ({ detail }) => failed(detail.code, detail.remedy));
  window.addEventListener("regulens-error", ({ detail }) => failed(detail.code, detail.remedy));
  return view instanceof RegulensView ? view : new RegulensView();
}
