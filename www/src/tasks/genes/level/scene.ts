/** Models of level in `<regulens-view>`, which does not show them. */

import type { Opened, Scene } from "../../../element/job";
import { ViewError } from "../../../element/problem";

/** Refuses the model. */
export async function scene(_: unknown, { model: { card, file } }: Opened): Promise<Scene> {
  throw new ViewError(`${card.name || file} is of the task “level”, which no element shows.`, {
    ...{ code: "another-task", file },
    remedy: "Open it in the page of Regulens, or call `predict` of the package.",
  });
}

export const read = async (): Promise<void> => {};
