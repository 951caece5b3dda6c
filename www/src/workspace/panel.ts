/** Workspaces: menu, dialog and notes. Loaded after the rest of the page. */

import "./notes";
import "./dialog";
import "./menu";

export { Workspaces } from "./workspaces";
export { keptOfTab } from "./tab";
