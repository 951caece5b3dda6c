/** Names genes and windows in errors: an engine only knows their indices in its input. */

/** Name of a gene or a window, by its index in the run. */
export type NameOf = (place: number) => string;

/** The fields used here of an engine's error about a prediction that is not a number. */
interface OfPlace {
  message: string;
  place?: number | undefined;
}

/** The same error, with the name instead of the index. */
export function named(cause: unknown, name: NameOf | undefined): unknown {
  const of = cause as OfPlace;
  if (!(cause instanceof Error) || of.place === undefined || !name) return cause;
  const { place } = of;
  // The message begins with its subject, up to the first colon.
  of.message = of.message.replace(/^.*?: /, () => `${name(place)}: `);
  of.place = undefined;
  return cause;
}

/** Adds the name to the errors of `work`. */
export function naming<T>(work: Promise<T>, name: NameOf | undefined): Promise<T> {
  return work.catch((cause: unknown) => {
    throw named(cause, name);
  });
}
