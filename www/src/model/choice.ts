/** What the choice of a model and its card are made of: loaded when either is opened. */

import "./card";
import "./form-choice";
import "./picker";
import "./weights-choice";
