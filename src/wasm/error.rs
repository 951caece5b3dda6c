//! Errors as JavaScript sees them: an `Error` with `code`, and where known `file`, `line`, `column` and `remedy`.

use wasm_bindgen::JsValue;

use super::object::set;
use crate::error::Error;

#[cfg(feature = "prepare")]
impl From<crate::interpret::TruthError> for JsValue {
    fn from(error: crate::interpret::TruthError) -> Self {
        let thrown: JsValue = js_sys::Error::new(&error.to_string()).into();
        set(&thrown, "code", &"bad-truth".into());
        set(&thrown, "file", &error.file.into());
        if let Some(line) = error.line {
            set(&thrown, "line", &(line as f64).into());
        }
        set(&thrown, "remedy", &format!("Choose {}.", error.remedy).into());
        thrown
    }
}

#[cfg(feature = "signal")]
impl From<crate::prepare::SignalError> for JsValue {
    fn from(error: crate::prepare::SignalError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let thrown: JsValue = js_sys::Error::new(&error.to_string()).into();
        set(&thrown, "code", &error.code().into());
        match &error {
            Error::Input(error) => {
                let location = error.location();
                set(&thrown, "file", &location.file.into());
                if let Some(line) = location.line {
                    set(&thrown, "line", &(line as f64).into());
                }
                if let Some(column) = location.column {
                    set(&thrown, "column", &(column as f64).into());
                }
                set(&thrown, "remedy", &error.remedy().into());
            }
            Error::Sequence(error) => {
                set(&thrown, "file", &error.file.as_str().into());
                if let Some(line) = error.line {
                    set(&thrown, "line", &(line as f64).into());
                }
                if let Some(column) = error.column {
                    set(&thrown, "column", &(column as f64).into());
                }
                set(&thrown, "remedy", &error.remedy().into());
            }
            #[cfg(feature = "signal")]
            Error::Prepare(error) => {
                set(&thrown, "file", &error.file.as_str().into());
                if let Some(line) = error.line {
                    set(&thrown, "line", &(line as f64).into());
                }
                set(&thrown, "remedy", &error.problem.remedy().into());
            }
            Error::Variants(error) => {
                set(&thrown, "file", &error.file.as_str().into());
                if let Some(line) = error.line {
                    set(&thrown, "line", &(line as f64).into());
                }
                if let Some(column) = error.column {
                    set(&thrown, "column", &column.into());
                }
                set(&thrown, "remedy", &error.remedy().into());
            }
            Error::Motifs(error) => {
                set(&thrown, "file", &error.file.as_str().into());
                if let Some(line) = error.line {
                    set(&thrown, "line", &(line as f64).into());
                }
                set(&thrown, "remedy", &error.remedy().into());
            }
            Error::Weights(error) => {
                set(&thrown, "file", &error.file().into());
                set(&thrown, "remedy", &error.remedy().into());
            }
            Error::Device { .. } | Error::Explanation { .. } | Error::Cancelled => {}
        }
        thrown
    }
}
