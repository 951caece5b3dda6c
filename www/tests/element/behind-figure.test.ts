/** Parts of a view that load once its figure is there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { behindFigure, type Scene, type Stage } from "../../src/tasks/shared/view/job";

/** A stage that counts what it is told, and a frame that comes when it is asked to. */
function stageWithFrames() {
  const [told, frames]: [string[], (() => void)[]] = [[], []];
  Object.assign(globalThis, { requestAnimationFrame: (then: () => void) => frames.push(then) });
  const stage: Stage = {
    select: () => {},
    fail: ({ message }) => told.push(message),
    update: () => told.push("update"),
  };
  const frame = async (): Promise<void> => {
    for (const then of frames.splice(0)) then();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { stage, told, frame };
}

test("the code of an answer is asked for once, after the frame in which its figure is drawn", async () => {
  const { stage, told, frame } = stageWithFrames();
  let asked = 0;
  const answer = behindFigure({ index: 7 }, [], async () => asked++);
  const source = answer.source(stage);
  assert.equal(source?.index, 7);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(asked, 0);
  assert.equal(answer.source(stage), source);
  await frame();
  assert.equal(asked, 1);
  assert.deepEqual(told, []);
  assert.equal(source?.signal.aborted, false);
  answer.end();
  assert.equal(source?.signal.aborted, true);
});

test("code that does not come is told of, noted in the view, and the view is drawn without", async () => {
  const { stage, told, frame } = stageWithFrames();
  const notes: Scene["notes"][number][] = [];
  const answer = behindFigure({}, notes, async () => {
    throw new Error("is not there");
  });
  assert.notEqual(answer.source(stage), undefined);
  await frame();
  assert.deepEqual(told, ["is not there", "update"]);
  assert.deepEqual(notes, [{ heading: "This gene could not be explained", text: "is not there" }]);
  assert.equal(answer.source(stage), undefined);
});
