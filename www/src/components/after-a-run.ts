/**
 * What there is to do with results: explain one gene, analyse the whole set, compare runs. Loaded after the rest of the
 * page.
 */

import "./analyses";
import "./compare";
import "./compare-menu";
import "./explained";
import "./methods-dialog";
import "./perturb";
