/** From what was asked for to a scene: which family it is, and which view. Families load when they are needed. */

import { type Job, openModel, type Scene } from "./job";
import { missing } from "./problem";

/** Loads what was asked for. */
export async function makeScene(job: Job): Promise<Scene> {
  const { models, hashes, view } = job.request;
  const [first] = models;
  if (first === undefined) throw missing("model", "the address of a model file");
  const opened = await openModel(job, first, hashes[0]);
  const { lens, ...rest } = opened;
  switch (lens.task) {
    case "tracks":
      return (await import("./tracks")).tracksScene(job, { ...rest, lens });
    case "change":
      return (await import("./changes")).changesScene(job, { ...rest, lens });
    case "on-off":
      if (view === "compare") return (await import("./comparing")).comparingScene(job, { ...rest, lens });
      return (await import("./marks")).marksScene(job, { ...rest, lens });
  }
}
