/** Makes model files: from weights trained elsewhere, and with a calibration on the user's own genes. */

import type { Labelled, Recalibration } from "../../tasks/shared/recalibration";
import { InputError } from "../../../../pkg/src/errors";
import type { WorkOptions } from "../../../../pkg/src/progress";
import { call, type Declared } from "../../rpc/rpc";
import type { Fit } from "../../../../pkg/src/engine/engine-types";

/** A cell type, with its identifier and name as on a card. */
export interface Cell {
  readonly id: string;
  readonly name: string;
}

/** A file's tensors, matched by name and shape. */
export interface ForeignFile {
  readonly name: string;
  readonly tensors: number;
  /** Variants with exactly these tensors. */
  readonly fits: readonly Fit[];
  /** All variants, to choose from if none fits. */
  readonly known: readonly Fit[];
  /** Cell type whose identifier occurs in the file name. */
  readonly cellType?: Cell | undefined;
}

/** The engine that imports foreign weights. */
export interface ForeignEngine {
  recalibrated(
    name: string,
    weights: Uint8Array,
    logit: Float32Array,
    labels: Uint8Array,
    of: string,
    seed: number,
  ): Recalibration;
  readonly ForeignWeights: {
    new (file: string, bytes: Uint8Array): ForeignWeights;
    checkpoint(prefix: string, index: Uint8Array, read: (name: string) => Uint8Array | undefined): ForeignWeights;
  };
}

interface ForeignWeights {
  describe(): Omit<ForeignFile, "name">;
  model(family: string, variant: string, settings: string): { readonly bytes: Uint8Array; readonly notes: string[] };
  free(): void;
}

/** Variant and settings of the model to make. */
export interface ModelWish {
  readonly family: string;
  readonly variant: string;
  /** Settings as in `regulens import --config`, and a `cellType`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A finished model file. */
export interface MadeModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly string[];
}

/** Calls run one after another: they share the engine, which computes without a pause. */
const NEEDS = { needs: ["engine"] };

/** Extension of a checkpoint's index. */
const INDEX = /\.index$/i;

/** Answers the page's calls. */
export class ForeignHandlers {
  #open: { readonly name: string; readonly weights: ForeignWeights } | undefined;

  constructor(private readonly engine: () => Promise<ForeignEngine>) {}

  /** Reads the tensors of a PyTorch file, a state dict, or the files of a TensorFlow checkpoint. */
  readonly openWeights = call(
    NEEDS,
    async ({ files }: { readonly files: readonly File[] }, options): Promise<ForeignFile> => {
      this.#open?.weights.free();
      this.#open = undefined;
      const { ForeignWeights } = await this.engine();
      const index = files.find(({ name }) => INDEX.test(name));
      const read = await Promise.all(files.map((file) => bytesOf(file, options)));
      const [first] = files;
      if (!first) throw new Error("no file was given");
      if (index) {
        const prefix = index.name.replace(INDEX, "");
        const byName = new Map(files.map(({ name }, i) => [name, read[i]!]));
        const weights = ForeignWeights.checkpoint(prefix, byName.get(index.name)!, (name) => byName.get(name));
        this.#open = { name: prefix, weights };
      } else {
        if (/\.data-\d{5}-of-\d{5}$/.test(first.name)) throw withoutIndex(first.name);
        this.#open = { name: first.name, weights: new ForeignWeights(first.name, read[0]!) };
      }
      return { name: this.#open.name, ...this.#open.weights.describe() };
    },
  );

  /** Makes the model file. */
  readonly makeModel = call(
    { ...NEEDS, transfer: ({ bytes }: MadeModel) => [bytes] },
    async ({ family, variant, settings }: ModelWish): Promise<MadeModel> => {
      if (!this.#open) throw new Error("no weights are open");
      const { bytes, notes } = this.#open.weights.model(family, variant, JSON.stringify(settings));
      return { bytes: bytes as Uint8Array<ArrayBuffer>, notes };
    },
  );

  /** Calibrates a model on one half of a file's labelled genes, and tests it on the other. */
  readonly recalibrate = call(
    { ...NEEDS, transfer: ({ weights }: Recalibration) => [weights] },
    async ({ name, weights, logit, labels, of }: Labelled & { readonly of: string }): Promise<Recalibration> =>
      (await this.engine()).recalibrated(name, weights, logit, labels, of, SEED),
  );
}

/** Seed of the split. */
const SEED = 1;

async function bytesOf(file: File, { signal }: WorkOptions): Promise<Uint8Array> {
  signal?.throwIfAborted();
  return new Uint8Array(await file.arrayBuffer());
}

function withoutIndex(file: string): InputError {
  const prefix = file.replace(/\.data-.*$/, "");
  return new InputError(`${file}: found a part of a TensorFlow checkpoint without its index.`, {
    code: "no-index",
    remedy: `Give ${prefix}.index and its .data files at once.`,
    file,
  });
}

/** Calls by name. */
export type ForeignCalls = Declared<ForeignHandlers>;
