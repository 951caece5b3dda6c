/**
 * Addresses of the page: `?model=ID&example=ID&view=…&gene=…`, for tracks `region=NAME:START-END&bin=…&variant=…`. They
 * name what the site ships, never what the user gave.
 */

import type { DeviceChoice } from "../../../pkg/src/index";
import { type Weights, weightsNamed } from "./weights";
import type { Looked } from "./workspace-types";

export type { View } from "./workspace-types";

/** Requests of an address: a model and data of the site, and what is looked at, as it is written. */
export interface Address extends Omit<Looked, "view" | "bin"> {
  readonly model?: string | undefined;
  readonly example?: string | undefined;
  readonly device?: DeviceChoice | undefined;
  readonly weights?: Weights | undefined;
  /** Which form of a change the model predicts, where that is not its default. */
  readonly form?: "symmetric" | "published" | undefined;
  /** An unknown view is reported. */
  readonly view?: string | undefined;
  readonly bin?: string | number | undefined;
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
