//! Model files: what is written, what is read, and what is refused.

mod attacks;
mod card;
mod cards;
mod faults;
mod files;
mod int8;
mod schema;
mod shipped;
mod stored;
