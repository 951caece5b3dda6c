/** The worker: hears the page's calls, has the desk do them, and answers. */

import { type Mutagenesis, Regulens, type WorkOptions } from "../../../pkg/src/index";
import { Desk } from "./desk";
import type { ChangedGene, ChangeRun } from "../tasks/change/protocol";
import { toPlain } from "../rpc/plain-error";
import type { AttentionMapValues, AttentionRows, ReadMeasured, VariantChange } from "../tasks/tracks/protocol";
import { throttled } from "../rpc/throttled";
import type { CallName, Calls, ComparedRun, FinishedRun, FromWorker, GeneDetail, ToWorker } from "./protocol";

/** The parts of a worker's global scope that are used here; the DOM's types know a window only. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const desk = new Desk((device) => scope.postMessage({ kind: "device", device }));
const running = new Map<number, AbortController>();

// While the page asks for the catalogue and chooses a model. The call that needs the engine says what went wrong with
// it.
Regulens.preload().catch(() => {});

/**
 * What a call changes, or must find unchanged while it works. Calls that need the same thing wait for each other, in
 * order.
 */
const NEEDS: { readonly [Name in CallName]: readonly Thing[] } = {
  catalogue: [],
  openModel: ["model", "device"],
  useDevice: ["device"],
  readTable: ["table"],
  understand: ["model", "table"],
  predict: ["model", "device", "table"],
  gene: [],
  predictionsFile: [],
  keep: [],
  release: [],
  compareWith: ["device"],
  explainGene: [],
  optimiseClasses: [],
  testDeletion: [],
  readHeldOut: [],
  holdOut: [],
  swapTables: ["table"],
  predictChange: ["model", "device", "table"],
  changedGene: [],
  readCounts: [],
  measured: [],
  forgetCounts: [],
  changesFile: [],
  predictGene: ["model"],
  readSequences: ["table"],
  predictTracks: ["model", "device", "table"],
  trackValues: [],
  readMeasured: [],
  attentionRows: ["model", "device"],
  variantRows: [],
  attentionMap: [],
  positionFunctions: ["model"],
  bases: ["table"],
  readVariants: [],
  variantEffect: ["model", "device", "table"],
  mutagenesis: ["model", "table"],
  tracksFile: [],
  exportData: ["model", "table"],
};
type Thing = "model" | "device" | "table";
const free: Record<Thing, Promise<unknown>> = {
  model: Promise.resolve(),
  device: Promise.resolve(),
  table: Promise.resolve(),
};

scope.onmessage = ({ data }) => {
  if (data.kind === "cancel") running.get(data.id)?.abort();
  else void answer(data);
};

async function answer<Name extends CallName>({
  id,
  name,
  request,
}: {
  id: number;
  name: Name;
  request: Calls[Name]["request"];
}): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const options: WorkOptions = {
    signal: controller.signal,
    onProgress: throttled((progress) => scope.postMessage({ kind: "progress", id, progress })),
  };
  const handler = desk[name] as (
    request: Calls[Name]["request"],
    options: WorkOptions,
  ) => Promise<Calls[Name]["reply"]>;
  const work = Promise.all(NEEDS[name].map((thing) => free[thing])).then(() => handler(request, options));
  if (!inBackground(name, request)) for (const thing of NEEDS[name]) free[thing] = work.catch(() => {});
  try {
    const reply = await work;
    scope.postMessage({ kind: "reply", id, reply }, moved(name, reply));
  } catch (thrown) {
    scope.postMessage({ kind: "failure", id, error: toPlain(thrown) });
  } finally {
    running.delete(id);
  }
}

/** Whether others need not wait for a call: the CPU computes while it is found out which device is the fastest. */
function inBackground(name: CallName, request: Calls[CallName]["request"]): boolean {
  return name === "useDevice" && (request as Calls["useDevice"]["request"]).choice === "auto";
}

/** The buffers that are moved with a reply: those that the desk does not keep. */
function moved(name: CallName, reply: Calls[CallName]["reply"]): Transferable[] {
  if (name === "predict" || name === "compareWith") {
    const { probability, logit, beta, topBin, topRow } =
      name === "predict" ? (reply as FinishedRun) : (reply as ComparedRun).run;
    return [probability, logit, beta, topBin, topRow].map((array) => array.buffer);
  }
  if (name === "predictChange") {
    const { foldChange, expression, beta, auxiliaryBeta } = reply as ChangeRun;
    return [foldChange, expression, beta, auxiliaryBeta].map((array) => array.buffer);
  }
  if (name === "changedGene") {
    const { values, alpha, auxiliaryAlpha } = reply as ChangedGene;
    return [values, alpha, auxiliaryAlpha].map((array) => array.buffer);
  }
  if (name === "gene") {
    const { signal, alpha } = reply as GeneDetail;
    return [signal.buffer, alpha.buffer];
  }
  if (name === "trackValues" || name === "positionFunctions")
    return (reply as readonly Float32Array[]).map((array) => array.buffer);
  if (name === "readMeasured") return [(reply as ReadMeasured).values.buffer];
  if (name === "attentionRows") return (reply as AttentionRows).layers.map((array) => array.buffer);
  if (name === "attentionMap") return [(reply as AttentionMapValues).values.buffer];
  if (name === "variantEffect")
    return [(reply as VariantChange).reference.buffer, (reply as VariantChange).alternative.buffer];
  if (name === "mutagenesis") return [(reply as Mutagenesis).change.buffer];
  return [];
}
