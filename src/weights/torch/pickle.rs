//! Content of a pickle, as inert values.

use super::globals::Callable;

/// A value: small ones directly, others as index of a [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A floating-point number, which no weight depends on.
    Float,
    Node(usize),
}

/// A value that contains others, or text.
#[derive(Debug, PartialEq, Eq)]
pub enum Node<'a> {
    Text(&'a str),
    /// Bytes, and integers of more than eight bytes (little-endian).
    Bytes(&'a [u8]),
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// A class or function by module and name.
    Global(&'a str, &'a str),
    /// Objects outside of the pickle: storages, and the source of classes.
    Persistent(Value),
    /// A function call, not executed, with the tuple of its arguments.
    Call(Callable, Value),
    /// An object of a class, not constructed, with its attributes.
    Object {
        class: Value,
        state: Value,
    },
}

/// All nodes of a pickle. They refer to each other by index, which is safe for cycles and for any depth.
#[derive(Default)]
pub struct Nodes<'a>(pub Vec<Node<'a>>);

/// A pickle.
pub struct Pickle<'a> {
    pub nodes: Nodes<'a>,
    pub root: Value,
    /// Its end; more bytes may follow.
    pub end: usize,
}

impl<'a> Nodes<'a> {
    /// The node of a value, if it has one.
    pub fn node(&self, value: Value) -> Option<&Node<'a>> {
        match value {
            Value::Node(index) => self.0.get(index),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self, value: Value) -> Option<&'a str> {
        match self.node(value)? {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A class or function by module and name.
    pub fn global(&self, value: Value) -> Option<(&'a str, &'a str)> {
        match self.node(value)? {
            Node::Global(module, name) => Some((module, name)),
            _ => None,
        }
    }

    /// The items of a tuple or a list.
    pub fn items(&self, value: Value) -> Option<&[Value]> {
        match self.node(value)? {
            Node::Tuple(items) | Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a dictionary, in the order of insertion.
    pub fn entries(&self, value: Value) -> Option<&[(Value, Value)]> {
        match self.node(value)? {
            Node::Dict(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key in a dictionary; the last one if set repeatedly.
    pub fn get(&self, dict: Value, key: &str) -> Option<Value> {
        let entries = self.entries(dict)?;
        entries
            .iter()
            .rev()
            .find(|(known, _)| self.text(*known) == Some(key))
            .map(|(_, value)| *value)
    }

    /// Describes a value for a message.
    pub fn describe(&self, value: Value) -> String {
        let node = match value {
            Value::None => return "nothing (None)".to_owned(),
            Value::Bool(_) => return "a truth value".to_owned(),
            Value::Int(_) | Value::Float => return "a number".to_owned(),
            Value::Node(_) => self.node(value),
        };
        let text = match node {
            Some(Node::Text(_) | Node::Bytes(_)) => "a text",
            Some(Node::Tuple(_) | Node::List(_)) => "a list",
            Some(Node::Dict(_)) => "a dictionary",
            Some(Node::Call(Callable::Tensor | Callable::Parameter, _)) => "a tensor without a name",
            Some(Node::Global(module, name)) => return format!("`{module}.{name}`"),
            Some(Node::Object { class, .. }) => match self.global(*class) {
                Some((module, name)) => return format!("an object of `{module}.{name}`"),
                None => "a module",
            },
            Some(Node::Persistent(_) | Node::Call(..)) | None => "something without tensors",
        };
        text.to_owned()
    }
}
