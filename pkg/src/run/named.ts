/** The names of genes and windows in errors: an engine knows their places in what it was given, and no more. */

/** The name of a gene or a window, by its place in what is run. */
export type NameOf = (place: number) => string;

/** An error of an engine about a prediction that is no number, as far as it matters here. */
interface OfPlace {
  message: string;
  place?: number | undefined;
}

/** The same error with the name in place of the place. */
export function named(cause: unknown, name: NameOf | undefined): unknown {
  const of = cause as OfPlace;
  if (!(cause instanceof Error) || of.place === undefined || !name) return cause;
  const { place } = of;
  // The owner of the error stands first.
  of.message = of.message.replace(/^.*?: /, () => `${name(place)}: `);
  of.place = undefined;
  return cause;
}

/** Work, in whose errors stands the name. */
export function naming<T>(work: Promise<T>, name: NameOf | undefined): Promise<T> {
  return work.catch((cause: unknown) => {
    throw named(cause, name);
  });
}
