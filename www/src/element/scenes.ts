/** From what was asked for to a scene: which family it is, and which view. Families load when they are needed. */

import type { Lens, TrackLens } from "../../../pkg/src/index";
import { isOfChange, isOfTracks } from "../tasks/change/cells";
import { type Job, type Opened, openModel, type Scene } from "./job";
import { missing } from "./problem";

/** Loads what was asked for. */
export async function makeScene(job: Job): Promise<Scene> {
  const { models, hashes, view } = job.request;
  const [first] = models;
  if (first === undefined) throw missing("model", "the address of a model file");
  const opened = await openModel(job, first, hashes[0]);
  const { card } = opened.lens;
  if (isOfTracks(card)) return (await import("./tracks")).tracksScene(job, opened as Opened<TrackLens>);
  if (isOfChange(card)) return (await import("./changes")).changesScene(job, opened as Opened<Lens>);
  if (view === "compare") return (await import("./comparing")).comparingScene(job, opened as Opened<Lens>);
  return (await import("./marks")).marksScene(job, opened as Opened<Lens>);
}
