/**
 * Addresses of the page: `?model=ID&example=ID&view=…&gene=…`, for tracks `region=NAME:START-END&bin=…&variant=…`. They
 * name what the site ships, never what the user gave.
 */

import type { DeviceChoice } from "../../../pkg/src/index";
import { type Weights, weightsNamed } from "../model/weights";

/** Parts of the results that an address can bring into view. */
export const VIEWS = [
  "set",
  "gene",
  "integrated-gradients",
  "saliency",
  "class-optimisation",
  "tracks",
  "attention",
  "variants",
] as const;

/** One of {@link VIEWS}. */
export type View = (typeof VIEWS)[number];

/** Requests of an address. */
export interface Address {
  readonly model?: string | undefined;
  readonly example?: string | undefined;
  readonly device?: DeviceChoice | undefined;
  readonly weights?: Weights | undefined;
  /** Which form of a change the model predicts, where that is not its default. */
  readonly form?: "symmetric" | "published" | undefined;
  /** As it is written; an unknown view is reported. */
  readonly view?: string | undefined;
  readonly gene?: string | undefined;
  /** `NAME:START-END`, in bases from 1. */
  readonly region?: string | undefined;
  /** A bin of the record, from 1. */
  readonly bin?: string | undefined;
  /** `NAME:POSITION REF>ALT`. */
  readonly variant?: string | undefined;
}

/** Reads what stands behind the question mark. */
export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const device = text("device");
  const form = text("form");
  return {
    ...{
      model: text("model"),
      example: text("example"),
      view: text("view"),
      gene: text("gene"),
      region: text("region"),
      bin: text("bin"),
      variant: text("variant"),
    },
    device: device === "auto" || device === "webgpu" || device === "cpu" ? device : undefined,
    weights: weightsNamed(text("weights")),
    form: form === "symmetric" || form === "published" ? form : undefined,
  };
}

/** Writes it, in the order in which a reader would say it. */
export function writeAddress(address: Address): string {
  const order = ["model", "weights", "form", "example", "device", "view", "gene", "region", "bin", "variant"] as const;
  const given = order.flatMap((name) => (address[name] === undefined ? [] : [[name, String(address[name])]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
