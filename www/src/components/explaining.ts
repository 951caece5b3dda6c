/** What explains a run: beside one gene, and over the whole set. Loaded after the rest of the page. */

import "./analyses";
import "./explained";
