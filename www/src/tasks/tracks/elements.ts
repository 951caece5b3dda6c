/**
 * The views of models of tracks along a sequence: their data, run and results. Loaded when such a model is opened.
 */

import "./all/all-records";
import "./compare/compare";
import "./data-step";
import "./results";
import "./run/run";
