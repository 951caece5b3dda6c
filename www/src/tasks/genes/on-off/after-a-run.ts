/** Actions on results: explain one gene, analyse the whole set, compare runs. Loaded after the rest of the page. */

import "../../../explain/analyses";
import "./compare";
import "../../../explain/everywhere/panel";
import "./explained";
import "./measured/panel";
import "../../shared/methods-dialog";
import "../../../explain/perturb";
