//! Errors for JavaScript: an `Error` with `code`, and if known `file`, `line`, `column` and `remedy`.

use std::borrow::Cow;

use js_sys::Object;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::object::to_js;
use crate::error::Error;

/// Details of an error; fields without a value are omitted.
#[derive(Serialize, Default)]
struct Details<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Cow<'static, str>>,
    /// Index of a gene in its batch, for callers that know the names.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<usize>,
}

/// A column, counted from 1, or for VCF its name.
#[derive(Serialize)]
#[serde(untagged)]
enum Column {
    Number(u64),
    #[cfg(any(feature = "sequences", feature = "prepare"))]
    Name(&'static str),
}

impl Details<'_> {
    /// An `Error` with this message.
    fn thrown(self, message: &str) -> JsValue {
        let thrown = js_sys::Error::new(message);
        Object::assign(&thrown, to_js(&self).unchecked_ref()).into()
    }
}

#[cfg(feature = "prepare")]
impl From<crate::interpret::TruthError> for JsValue {
    fn from(error: crate::interpret::TruthError) -> Self {
        let details = Details {
            code: "bad-truth",
            file: Some(&error.file),
            line: error.line.map(|line| line as u64),
            remedy: Some(format!("Choose {}.", error.remedy).into()),
            ..Details::default()
        };
        details.thrown(&error.to_string())
    }
}

#[cfg(feature = "signal")]
impl From<crate::prepare::SignalError> for JsValue {
    fn from(error: crate::prepare::SignalError) -> Self {
        Error::from(error).into()
    }
}

#[cfg(all(feature = "flex", feature = "change"))]
impl From<crate::engine::NoGuarantee> for JsValue {
    fn from(error: crate::engine::NoGuarantee) -> Self {
        let details = Details {
            code: "no-guarantee",
            ..Details::default()
        };
        details.thrown(&error.to_string())
    }
}

#[cfg(all(feature = "flex", feature = "change"))]
impl From<crate::task::confidence::NoShare> for JsValue {
    fn from(error: crate::task::confidence::NoShare) -> Self {
        let details = Details {
            code: "bad-share",
            ..Details::default()
        };
        details.thrown(&error.to_string())
    }
}

#[cfg(feature = "import")]
impl From<crate::weights::NoCalibration> for JsValue {
    fn from(error: crate::weights::NoCalibration) -> Self {
        match error {
            crate::weights::NoCalibration::Weights(error) => Error::from(error).into(),
            crate::weights::NoCalibration::Genes { ref file, .. } => {
                let details = Details {
                    code: "bad-calibration",
                    file: Some(file),
                    ..Details::default()
                };
                details.thrown(&error.to_string())
            }
        }
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let (file, line, column, remedy) = match &error {
            Error::Input(error) => {
                let place = error.location();
                let column = place.column.map(|column| Column::Number(column as u64));
                (place.file, place.line, column, error.remedy().into())
            }
            #[cfg(any(feature = "sequences", feature = "prepare"))]
            Error::Sequence(error) => {
                let column = error.column.map(Column::Number);
                (error.file.as_str(), error.line, column, error.remedy().into())
            }
            #[cfg(feature = "signal")]
            Error::Prepare(error) => (error.file.as_str(), error.line, None, error.problem.remedy().into()),
            #[cfg(any(feature = "sequences", feature = "prepare"))]
            Error::Variants(error) => {
                let column = error.column.map(Column::Name);
                (error.file.as_str(), error.line, column, error.remedy().into())
            }
            #[cfg(any(feature = "sequences", feature = "prepare"))]
            Error::Motifs(error) => {
                let line = error.line.map(|line| line as u64);
                (error.file.as_str(), line, None, error.remedy().into())
            }
            Error::Weights(error) => (error.file(), None, None, error.remedy().into()),
            Error::Device { .. } | Error::Explanation { .. } | Error::Prediction { .. } | Error::Cancelled => {
                let code = error.code();
                let place = match error {
                    Error::Prediction { place, .. } => Some(place),
                    _ => None,
                };
                let details = Details {
                    code,
                    place,
                    ..Details::default()
                };
                return details.thrown(&error.to_string());
            }
        };
        let details = Details {
            code: error.code(),
            file: Some(file),
            line,
            column,
            remedy: Some(remedy),
            place: None,
        };
        details.thrown(&error.to_string())
    }
}
