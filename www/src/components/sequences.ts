/**
 * The views of models of tracks along a sequence: their data, their run, their results. Loaded where such a model is
 * opened.
 */

import "./sequence-data";
import "./sequence-results";
import "./sequence-run";
