/** Actions on results: explain one gene, analyse the whole set, compare runs. Loaded after the rest of the page. */

import "../../../explain/analyses";
import "../../../explain/why";
import "./compare";
import "../../../explain/carried-sentence";
import "../../../explain/everywhere/panel";
import "../../../explain/explained";
import "../../../explain/gene-test";
import "./measured/panel";
import "../../shared/methods-dialog";
import "../../../explain/perturb";
