/**
 * Addresses of the page: `?model=ID&example=ID&view=…&gene=…`, for tracks `region=NAME:START-END&bin=…&variant=…`. They
 * refer to the site's files, never to the user's.
 */

import type { DeviceChoice } from "../../../pkg/src/index";
import { type Weights, weightsNamed } from "../model/weights";
import type { Looked } from "./workspace-types";

export type { View } from "./workspace-types";

/** Contents of an address: a model and data of the site, and the view, as written. */
export interface Address extends Omit<Looked, "view" | "bin"> {
  readonly model?: string | undefined;
  readonly example?: string | undefined;
  readonly device?: DeviceChoice | undefined;
  readonly weights?: Weights | undefined;
  /** The form of a change that the model predicts, if it is not the default. */
  readonly form?: "symmetric" | "published" | undefined;
  /** View; an unknown one is reported. */
  readonly view?: string | undefined;
  readonly bin?: string | number | undefined;
}

/** Parses the query of an address. */
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

/** Writes the query, in the order in which a reader would say it. */
export function writeAddress(address: Address): string {
  const order = ["model", "weights", "form", "example", "device", "view", "gene", "region", "bin", "variant"] as const;
  const given = order.flatMap((name) => (address[name] === undefined ? [] : [[name, String(address[name])]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
