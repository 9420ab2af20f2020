//! The meaning of every form: for a value, for nothing, for null, for the wrong type, for an empty list, and for what is unknown.

mod assets;
mod conditions;
mod evidence;
mod fields;
mod forms;
mod judge;
mod laws;
mod lists;
mod messages;
mod project;
mod run;
mod statements;
mod total;
