//! Renames tensors of sequence models from older and other code.
//!
//! | there | here | where |
//! |---|---|---|
//! | `final/conv1d/kernel` [1, a, b], `final/conv1d/bias` | `final/dense/kernel` [a, b], `final/dense/bias` | the oldest Basenji files |
//! | `multi_attention{h}/…` | `multi_head0/multi_attention{h}/…` | before several layers of attention, 13 December 2018 |
//! | `cnn12/…`, the last block | `cnn_final12/…` | Basenji's own code, for a variant that names the last block |
//! | `cnn_final12/…` | `cnn12/…` | the code of attention, for Basenji itself |

use super::Context;
use crate::weights::StateDict;

/// Renames tensors with older names, with a note.
pub(super) fn rename(context: Context, state: &mut StateDict) {
    let mut renamed = Vec::new();
    dense(state, &mut renamed);
    for (from, to) in prefixes(context, state) {
        renamed.extend(move_prefix(state, &from, &to));
    }
    for (from, to) in renamed {
        state.notes.push(format!("`{from}` of the file is `{to}` here."));
    }
}

/// Converts a last layer that is a convolution of width 1 to a dense layer.
fn dense(state: &mut StateDict, renamed: &mut Vec<(String, String)>) {
    const FROM: [&str; 2] = ["final/conv1d/kernel", "final/conv1d/bias"];
    const TO: [&str; 2] = ["final/dense/kernel", "final/dense/bias"];
    let tensors = &mut state.tensors;
    let is_wide = |kernel: &str| match tensors.get(kernel) {
        Some(tensor) => !matches!(tensor.shape[..], [1, _, _]),
        None => true,
    };
    if is_wide(FROM[0]) || TO.iter().any(|name| tensors.contains_key(*name)) {
        return;
    }
    for (from, to) in FROM.into_iter().zip(TO) {
        if let Some(mut tensor) = tensors.remove(from) {
            if from == FROM[0] {
                tensor.shape.remove(0);
            }
            tensors.insert(to.to_owned(), tensor);
            renamed.push((from.to_owned(), to.to_owned()));
        }
    }
}

/// Old and new prefixes of names.
fn prefixes(context: Context, state: &StateDict) -> Vec<(String, String)> {
    let first_parts = || state.tensors.keys().filter_map(|name| Some(name.split_once('/')?.0));
    let numbered = |part: &str, stem: &str| part.strip_prefix(stem)?.parse::<usize>().ok();
    let mut prefixes = Vec::new();
    for part in first_parts() {
        if numbered(part, "multi_attention").is_some() {
            prefixes.push((part.to_owned(), format!("multi_head0/{part}")));
        }
    }
    let last = first_parts().filter_map(|part| numbered(part, "cnn")).max();
    let last_final = first_parts().filter_map(|part| numbered(part, "cnn_final")).max();
    match (context, last, last_final) {
        (Context::Dilated, _, Some(number)) => {
            prefixes.push((format!("cnn_final{number}"), format!("cnn{number}")));
        }
        (Context::Dilated, _, None) => {}
        (_, Some(number), None) => {
            prefixes.push((format!("cnn{number}"), format!("cnn_final{number}")));
        }
        _ => {}
    }
    prefixes.dedup();
    prefixes
}

/// Renames all tensors below `from`, unless there is one below `to`. Returns both prefixes if any was renamed.
fn move_prefix(state: &mut StateDict, from: &str, to: &str) -> Option<(String, String)> {
    let tensors = &mut state.tensors;
    let below = |name: &str, prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    if tensors.keys().any(|name| below(name, to)) {
        return None;
    }
    let names: Vec<String> = tensors.keys().filter(|name| below(name, from)).cloned().collect();
    for name in &names {
        if let Some(tensor) = tensors.remove(name) {
            tensors.insert(format!("{to}{}", &name[from.len()..]), tensor);
        }
    }
    (!names.is_empty()).then(|| (format!("{from}/…"), format!("{to}/…")))
}
