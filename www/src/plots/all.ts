/** All plots, as the npm package has them (`regulens/plots`); the page loads them in parts. */

export * from "./index";
export * from "./changing";
export * from "./explaining";
export * from "./sequences";
