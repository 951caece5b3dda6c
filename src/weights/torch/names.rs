//! Finds the tensors of a pickle and their names: those of a state dict, or those that a module's would have.

use std::collections::BTreeMap;

use super::pickle::{Node, Nodes, Pickle, Value};
use super::view::View;
use crate::input::{Budget, budget};
use crate::weights::Problem;

/// Largest number of visited entries of modules and state dicts, counting repeated visits: modules that contain each
/// other would never end.
const MAX_ENTRIES: usize = 1 << 16;

/// Largest number of searched entries in modules' own dictionaries.
const MAX_SEARCHED: usize = 1 << 20;

/// Longest name of a tensor, in bytes.
const MAX_NAME: usize = 512;

/// Names of the state dict or module in a training script's checkpoint, likeliest first.
const IN_CHECKPOINTS: [&str; 4] = ["state_dict", "model_state_dict", "model", "net"];

/// Prefix that `torch.nn.DataParallel` adds to names.
const DATA_PARALLEL: &str = "module.";

/// Tensors of a pickle by name, with notes on how they were found.
pub struct Named<'a> {
    pub views: BTreeMap<String, View<'a>>,
    pub notes: Vec<String>,
}

impl<'a> Named<'a> {
    /// Finds the tensors.
    ///
    /// # Errors
    /// [`Problem::NoStateDict`] if there are none.
    pub fn of(pickle: &Pickle<'a>, budget: &Budget) -> Result<Self, Problem> {
        let nodes = &pickle.nodes;
        let mut notes = Vec::new();
        let mut views = BTreeMap::new();
        for name in IN_CHECKPOINTS {
            if let (true, Some(value)) = (views.is_empty(), nodes.get(pickle.root, name)) {
                views = tensors(nodes, value, budget)?;
                if !views.is_empty() {
                    notes.push(format!(
                        "The weights are the `{name}` of a checkpoint; nothing else of it was used."
                    ));
                }
            }
        }
        if views.is_empty() {
            views = tensors(nodes, pickle.root, budget)?;
        }
        if views.is_empty() {
            let found = nodes.describe(pickle.root);
            return Err(Problem::NoStateDict { found });
        }
        if views.keys().all(|name| name.starts_with(DATA_PARALLEL)) {
            notes.push(format!(
                "The names of all tensors began with `{DATA_PARALLEL}`, which was taken off."
            ));
            let shorten = |(name, view): (String, _)| (name[DATA_PARALLEL.len()..].to_owned(), view);
            views = views.into_iter().map(shorten).collect();
        }
        Ok(Self { views, notes })
    }
}

/// The tensors of a state dict, or those of a module and its submodules, with the names in their `state_dict()`.
fn tensors<'a>(nodes: &Nodes<'a>, root: Value, budget: &Budget) -> Result<BTreeMap<String, View<'a>>, Problem> {
    let mut found = Found {
        nodes,
        views: BTreeMap::new(),
        entries: 0,
        searched: 0,
        budget,
    };
    let mut waiting = vec![(String::new(), root)];
    while let Some((prefix, value)) = waiting.pop() {
        match nodes.node(value) {
            Some(Node::Dict(_)) if prefix.is_empty() => found.add(&prefix, value)?,
            Some(&Node::Object { state, .. }) => {
                found.searched += nodes.entries(state).unwrap_or_default().len();
                if found.searched > MAX_SEARCHED {
                    let found = format!("modules with more than {MAX_SEARCHED} attributes");
                    return Err(Problem::NoStateDict { found });
                }
                for tensors in ["_parameters", "_buffers"] {
                    found.add(&prefix, nodes.get(state, tensors).unwrap_or(Value::None))?;
                }
                let modules = nodes.get(state, "_modules").unwrap_or(Value::None);
                for (name, module) in found.named(&prefix, modules)? {
                    waiting.push((format!("{name}."), module));
                }
            }
            _ => {}
        }
    }
    Ok(found.views)
}

/// A search for tensors.
struct Found<'n, 'a> {
    nodes: &'n Nodes<'a>,
    views: BTreeMap<String, View<'a>>,
    /// Visited entries.
    entries: usize,
    /// Searched entries.
    searched: usize,
    budget: &'n Budget,
}

impl Found<'_, '_> {
    /// Adds the tensors of a dictionary by key. Other values, such as the number of the epoch, are ignored.
    fn add(&mut self, prefix: &str, dict: Value) -> Result<(), Problem> {
        for (name, value) in self.named(prefix, dict)? {
            if let Some(view) = View::of(self.nodes, &name, value) {
                self.views.insert(name, view?);
            }
        }
        Ok(())
    }

    /// The values of a dictionary by key, with their full names.
    fn named(&mut self, prefix: &str, dict: Value) -> Result<Vec<(String, Value)>, Problem> {
        let entries = self.nodes.entries(dict).unwrap_or_default();
        // A module costs an entry itself, so that one that contains only itself ends.
        self.entries = self.entries.saturating_add(entries.len() + 1);
        if self.entries > MAX_ENTRIES {
            let found = format!("modules with more than {MAX_ENTRIES} entries, or within each other");
            return Err(Problem::NoStateDict { found });
        }
        let named = |&(key, value): &(Value, Value)| Some((self.nodes.text(key)?, value));
        entries
            .iter()
            .filter_map(named)
            .map(|(key, value)| match prefix.len() + key.len() {
                // In two lists, or as a tensor, which is kept by name as a view and as its values.
                length @ ..=MAX_NAME => match self.budget.draw::<(String, View<'_>)>(2 * length) {
                    true => Ok((format!("{prefix}{key}"), value)),
                    false => Err(Problem::NoStateDict {
                        found: budget::FOUND.to_owned(),
                    }),
                },
                _ => Err(Problem::NoStateDict {
                    found: format!("a name of more than {MAX_NAME} bytes"),
                }),
            })
            .collect()
    }
}
