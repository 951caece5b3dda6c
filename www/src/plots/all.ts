/** The plots that the npm package publishes (`regulens/plots`), by task; the page loads its own parts. */

export * from "./published/on-off";
export * from "./published/change";
export * from "./published/explanations";
export * from "./published/sequences";
export * from "./published/shared";
