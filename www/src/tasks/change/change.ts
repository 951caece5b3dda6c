/**
 * The views of models of a change between two cell types: their data, their results. Loaded where such a model is
 * opened.
 */

import "./results";
import "./pair";
