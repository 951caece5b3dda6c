import assert from "node:assert/strict";
import { test } from "node:test";
import { checked, type Schema } from "../../src/session/schema";

const schema: Schema = {
  $defs: {
    At: { type: "integer", minimum: 0, "x-of": "list" },
    Item: { type: "object", properties: { id: { type: "string", maxLength: 3 } }, required: ["id"] },
    Round: { type: "object", properties: { radius: { type: "number", minimum: 0, maximum: 1 } }, required: ["radius"] },
  },
  type: "object",
  properties: {
    list: { type: "array", items: { $ref: "#/$defs/Item" }, minItems: 1 },
    at: { anyOf: [{ $ref: "#/$defs/At" }, { type: "null" }] },
    of: { type: ["string", "null"], "x-of": "list" },
    pair: { type: ["array", "null"], prefixItems: [{ type: "integer" }, { type: "integer" }], "x-of": "list" },
    values: { type: ["array", "null"], items: { type: ["number", "null"] } },
    named: { type: ["string", "null"], pattern: "^[a-f]+$", "x-expected": "letters to f" },
    shape: {
      anyOf: [
        {
          oneOf: [
            { type: "object", properties: { kind: { const: "dot" } }, required: ["kind"] },
            { type: "object", properties: { kind: { const: "round" } }, required: ["kind"], $ref: "#/$defs/Round" },
          ],
        },
        { type: "null" },
      ],
    },
    size: { anyOf: [{ oneOf: [{ const: "small" }, { const: "large" }] }, { type: "null" }] },
    factors: { type: ["object", "null"], additionalProperties: { type: "number" } },
  },
  required: ["list"],
};
const list = [{ id: "a" }, { id: "b" }];

/** Found in a value, or what is wrong with it. */
function judged(value: unknown): unknown {
  try {
    return checked(schema, value, (where, expected, found): never => {
      throw new Error(`${where}: ${JSON.stringify(found) ?? "nothing"}, not ${expected}`);
    });
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

test("a value that is as its schema says is given back, with fields that the schema does not have", () => {
  for (const fields of [
    {},
    { other: [1] },
    { at: 1, of: "b", pair: [0, 1], values: [null, 0.5], named: "abc" },
    { shape: { kind: "dot" }, size: "large", factors: { x: 2, __proto__: null } },
    { shape: { kind: "round", radius: 1 } },
  ])
    assert.deepEqual(judged({ list, ...fields }), { list, ...fields });
});

test("a value that is not is refused with the place, what was found and what was expected", () => {
  for (const [fields, says] of [
    [{ list: undefined }, "list: nothing, not a list"],
    [{ list: [] }, "list: [], not at least 1"],
    [{ list: {} }, "list: {}, not a list"],
    [{ list: {}, at: 0 }, "list: {}, not a list"],
    [{ list: [{ id: "four" }] }, 'list[0].id: "four", not at most 3 letters'],
    [{ at: 2 }, "at: 2, not a place from 0 to 1"],
    [{ at: 0.5 }, "at: 0.5, not a whole number from 0"],
    [{ at: null }, "at: null, not a number"],
    [{ of: "c" }, 'of: "c", not the id of one of list'],
    [{ pair: [0] }, "pair: [0], not two numbers"],
    [{ pair: [0, 2] }, "pair[1]: 2, not a place from 0 to 1"],
    [{ values: [1, "2"] }, 'values[1]: "2", not a number'],
    [{ named: "xyz" }, 'named: "xyz", not letters to f'],
    [{ named: null }, "named: null, not text"],
    [{ shape: { kind: "cube" } }, 'shape.kind: "cube", not one of dot, round'],
    [{ shape: { kind: "round", radius: 2 } }, "shape.radius: 2, not a number from 0 to 1"],
    [{ shape: "dot" }, 'shape: "dot", not an object'],
    [{ size: "huge" }, 'size: "huge", not one of small, large'],
    [{ factors: { x: "2" } }, 'factors.x: "2", not a number'],
  ] as const)
    assert.equal(judged({ list, ...fields }), says);
});
