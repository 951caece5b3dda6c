import * as parsers from "regulens/parsers";
import { read } from "./read.js";

globalThis.outcome = read(parsers);
