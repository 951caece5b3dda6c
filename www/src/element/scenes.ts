/** From a request to a scene, which the task of the model provides. */

import { SCENES } from "../tasks/scenes";
import { type Job, openModel, type Scene } from "./job";
import { missing } from "./problem";

/** Loads what was asked for. */
export async function makeScene(job: Job): Promise<Scene> {
  const { models, hashes } = job.request;
  const [first] = models;
  if (first === undefined) throw missing("model", "the address of a model file");
  const opened = await openModel(job, first, hashes[0]);
  const make = await SCENES[opened.runner.task]();
  return make(job, opened);
}
