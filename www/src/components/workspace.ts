/** What keeps the page as it is: its menu, what a workspace asks for, notes. Loaded after the rest of the page. */

import "./notes";
import "./workspace-dialog";
import "./workspace-menu";

export { Workspaces } from "../state/workspaces";
