/** State of the page's files in this browser's storage. Never changed in place: each change is a new object. */

import type { KeptModel } from "../../../pkg/src/io/model-cache";
import type { Obstacle, Status } from "./site";

/** Phase of keeping the page's own files. */
export type Phase =
  /** It is not known yet. */
  | "starting"
  /** This browser, or this address, cannot keep them. */
  | "impossible"
  /** They are not kept until the user asks: the browser asks to save data, or they were removed. */
  | "unasked"
  /** They are being fetched and verified. */
  | "filling"
  /** They are kept: the page works without a network. */
  | "kept"
  /** They could not be kept. */
  | "failed";

/** A version of the site that waits to take over. */
export interface Update {
  /** Obstacle to that: running work, or other pages that run the old version. */
  readonly waitsFor?: { readonly work: true } | { readonly pages: number } | undefined;
}

/** State of the page's files in this browser's storage. */
export interface OfflineState {
  readonly phase: Phase;
  /** Why, where it is `impossible` or `unasked`. */
  readonly why?: string | undefined;
  readonly filling?: { readonly done: number; readonly total: number } | undefined;
  readonly obstacle?: { readonly obstacle: Obstacle; readonly file: string } | undefined;
  /** Status of the build's own files. */
  readonly status?: Status | undefined;
  /** Model files, also of earlier versions and of other pages of this host. */
  readonly models: readonly KeptModel[];
  /** Everything being fetched to be kept. */
  readonly keeping?: { readonly file: string; readonly done: number; readonly total: number } | undefined;
  /** Problem with that, or with removing. */
  readonly problem?: string | undefined;
  readonly update?: Update | undefined;
  /** Shown once: something could not be kept because storage is full. */
  readonly noRoom?: { readonly file: string } | undefined;
  /** A model that was asked for without a network, and is not kept. */
  readonly missed?: string | undefined;
  /**
   * Bytes of everything this host keeps, of those it may, and whether the browser has promised not to remove them by
   * itself.
   */
  readonly storage?: { readonly used: number; readonly quota: number; readonly persisted: boolean } | undefined;
}

/** Before anything. */
export const NOTHING_KEPT: OfflineState = { phase: "starting", models: [] };
