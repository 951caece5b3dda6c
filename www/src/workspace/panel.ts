/** What keeps the page as it is: its menu, what a workspace asks for, notes. Loaded after the rest of the page. */

import "./notes";
import "./dialog";
import "./menu";

export { Workspaces } from "./workspaces";
