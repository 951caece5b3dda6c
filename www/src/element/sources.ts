/** Sources of models and data, addresses or objects in memory: each has one key, so that it is loaded once. */

import type { ModelSource } from "../../../pkg/src/index";
import type { RegulensData } from "../../../pkg/src/element";
import { ViewError } from "./problem";

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
