/**
 * The request that an element's properties make, and its sources of models and data, addresses or objects in memory:
 * each has one key, so that it is loaded once. Pure.
 */

import type { RegulensData, RegulensView, RegulensViewName } from "../../../../../pkg/src/element";
import type { DeviceChoice, ModelSource, Task } from "../../../../../pkg/src";
import type { Looked, View } from "../../../session/workspace-types";
import { ViewError } from "./names";

/** Parts of the view state that an element has: as addresses, workspaces and pages of one file have them. */
const LOOKED = ["gene", "region", "coverage"] as const satisfies readonly (keyof Looked)[];

/** A request: the element's properties at one moment. */
export interface Request extends Pick<Looked, (typeof LOOKED)[number]> {
  readonly models: readonly ModelSource[];
  readonly hashes: readonly string[];
  readonly data: RegulensData | undefined;
  readonly dataB: RegulensData | undefined;
  readonly measured: RegulensData | undefined;
  /** Several models side by side are a view of the element alone. */
  readonly view: Extract<View, RegulensViewName> | "compare" | undefined;
  readonly device: DeviceChoice;
  /** Task that the model must have; undefined for any. */
  readonly task: Task | undefined;
  /** True if nothing is asked of another signal. */
  readonly noWhatIf: boolean;
}

/** Properties whose change starts a new request. */
export const ASKED = [
  "model",
  "models",
  "sha256",
  "data",
  "dataB",
  "measured",
  ...LOOKED,
  "view",
  "device",
  "task",
  "noWhatIf",
  "engine",
] as const;

type Asked = Pick<RegulensView, (typeof ASKED)[number]>;

/** These properties without null. */
type Given = { readonly [Name in keyof Asked]?: NonNullable<Asked[Name]> };

/**
 * The request of an element's properties. Null, which a removed attribute leaves, and empty text, which Vue and Preact
 * set for a property that goes, mean absent.
 */
export function requestOf(view: Asked): Request {
  const given: Given = Object.fromEntries(ASKED.map((name) => [name, view[name] || undefined]));
  const { model, models = [], sha256 = "", data, dataB, measured, gene, region, view: name, task } = given;
  return {
    models: [...models, ...(typeof model === "string" ? words(model) : [model])].filter((each) => each != null),
    hashes: words(sha256),
    ...{ data, dataB, measured, gene, region, view: name, task },
    device: given.device ?? "auto",
    noWhatIf: given.noWhatIf ?? false,
    // 0 is no share, but it is not absent.
    coverage: view.coverage == null || view.coverage === "" ? undefined : Number(view.coverage),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

const numbers = new WeakMap<object, number>();
let last = 0;

/** A key for an object in memory. */
export function numberOf(thing: object): number {
  const number = numbers.get(thing) ?? ++last;
  numbers.set(thing, number);
  return number;
}

/** A source in the form that the package takes: what is text is an address, as in every attribute of HTML. */
export function located(source: RegulensData | ModelSource): URL | Blob | Uint8Array {
  if (typeof source !== "string") return source;
  try {
    return new URL(source, document.baseURI);
  } catch {
    throw new ViewError(`“${source}” is not an address.`, {
      code: "bad-address",
      remedy: "Give the address of a file, absolute or relative to the page.",
    });
  }
}

/** The key of a source. */
export function keyOf(source: RegulensData | ModelSource): string {
  const place = located(source);
  return place instanceof URL ? place.href : `memory:${numberOf(place)}`;
}

/** The name of a source in messages; undefined for bytes without a name. */
export function nameOf(source: RegulensData | ModelSource): string | undefined {
  const place = located(source);
  if (place instanceof URL) {
    const name = place.pathname.slice(place.pathname.lastIndexOf("/") + 1);
    try {
      return decodeURIComponent(name) || place.href;
    } catch {
      return name;
    }
  }
  return place instanceof Blob ? (place as Partial<File>).name : undefined;
}
