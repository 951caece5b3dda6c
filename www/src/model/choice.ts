/** Components of the choice of a model and of its card: loaded when either is opened. */

import "./card";
import "./form-choice";
import "./picker";
import "./weights-choice";
