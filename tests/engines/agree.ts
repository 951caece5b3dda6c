/** In what a module that wasm-bindgen made differs from what TypeScript states of it: names, each a difference. */

/** Names that wasm-bindgen adds to a module. */
type AddedToModule = "default" | "initSync" | AtTheStart;

/** Functions that the engines run by themselves when they start. */
type AtTheStart = "listen" | "register";

/** Names that it adds to a class and TypeScript need not state. */
type AddedToClass = "free";

type Callable = (...given: never) => unknown;
type Class = { readonly prototype: object };

/**
 * Names that only one side has, and functions that take another number of arguments or other arguments. `Classes` are
 * those that other classes make, and no script does.
 */
export type Differences<Made, Stated, Classes = object> =
  | `not stated: ${Exclude<Text<keyof Made>, keyof Stated | keyof Classes | AddedToModule>}`
  | `not made: ${Exclude<Text<keyof Stated | keyof Classes>, keyof Made>}`
  | { [Name in Text<keyof Made & keyof Stated>]: `${Name}${OfExport<Made[Name], Stated[Name]>}` }[Text<
      keyof Made & keyof Stated
    >]
  | { [Name in Text<keyof Made & keyof Classes>]: `${Name}${OfInstances<InstanceOf<Made[Name]>, Classes[Name]>}` }[Text<
      keyof Made & keyof Classes
    >];

type Text<Keys> = Keys & string;

/** Instance of a class; the constructor is private where other classes make it. */
type InstanceOf<Of> = Of extends { readonly prototype: infer Instance } ? Instance : never;

type OfExport<Made, Stated> = Made extends Callable
  ? OfFunctions<Made, Stated>
  : Stated extends new (...given: infer Given) => infer Instance
    ? Made extends Class & (new (...given: infer Taken) => infer Own)
      ? OfArguments<Taken, Given> | OfInstances<Own, Instance>
      : " has no constructor"
    : " is stated as no class";

type OfInstances<Made, Stated> =
  | `.${Exclude<Text<keyof Made>, keyof Stated | AddedToClass>} is not stated`
  | `.${Exclude<Text<keyof Stated>, keyof Made>} is not made`
  | {
      [Name in Text<keyof Made & keyof Stated>]: `.${Name}${IsAny<Made[Name]> extends true
        ? never
        : Made[Name] extends Callable
          ? OfFunctions<Made[Name], Stated[Name]>
          : OfValues<Made[Name], Stated[Name]>}`;
    }[Text<keyof Made & keyof Stated>];

type OfFunctions<Made, Stated> = Made extends (...taken: infer Taken) => infer Gives
  ? Stated extends (...given: infer Given) => infer Wanted
    ? OfArguments<Taken, Given> | OfValues<Gives, Wanted>
    : " is stated as no function"
  : never;

/**
 * The types that are made must do as those that are stated. wasm-bindgen knows no set of strings, and does not say that
 * its arrays have a buffer of their own.
 */
type OfValues<Made, Stated> =
  IsAny<Made> extends true
    ? never
    : [Made] extends [Stated]
      ? never
      : [Made] extends [Promise<infer Own>]
        ? [Stated] extends [Promise<infer Wanted>]
          ? OfValues<Own, Wanted>
          : " gives no promise"
        : [Made] extends [string | Uint8Array | undefined]
          ? [Stated] extends [Made]
            ? never
            : " gives another type"
          : IsOneOf<Made> extends true
            ? never
            : " gives another type";

/** As many arguments as are taken, none of which has another type. */
type OfArguments<
  Taken extends readonly unknown[],
  Given extends readonly unknown[],
> = Given["length"] extends Taken["length"]
  ? false extends Accepted<Taken, Given>[number]
    ? " takes an argument of another type"
    : never
  : " takes another number of arguments";

type Accepted<Taken extends readonly unknown[], Given extends readonly unknown[]> = {
  [Index in keyof Given]: IsTaken<Index extends keyof Taken ? Taken[Index] : never, Given[Index]>;
};

/** `any` is a value of JavaScript, and an object of the engine is one of its classes. */
type IsTaken<Own, Given> =
  IsAny<Own> extends true ? true : IsOneOf<Own> extends true ? true : [Writable<Given>] extends [Own] ? true : false;

/** wasm-bindgen never says that an array is only read. */
type Writable<Of> = Of extends readonly (infer Item)[] ? Item[] : Of;

/** True of an object in the engine's memory. */
type IsOneOf<Of> = Of extends { free(): void } ? true : false;

type IsAny<Of> = 0 extends 1 & Of ? true : false;

/** Does not compile where a difference is left. */
export function agree<Left extends never>(): Left | undefined {
  return undefined;
}
