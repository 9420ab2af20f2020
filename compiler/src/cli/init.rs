//! `gatewright init`

use super::args::Init;
use super::output::Output;
use super::write::replace;
use super::{Done, Exit, Trouble};
use std::fs;

/// The files of a new project. Its evidence is inline in its test, so that it passes without any tool.
const FILES: &[(&str, &str)] = &[
    ("gatewright.toml", include_str!("../../templates/init/gatewright.toml")),
    ("system.gate", include_str!("../../templates/init/system.gate")),
    ("policy.gate", include_str!("../../templates/init/policy.gate")),
    ("tests.gate", include_str!("../../templates/init/tests.gate")),
];

pub fn run(command: &Init, output: &mut Output) -> Done {
    let folder = &command.folder;
    let failed = |error: std::io::Error| Trouble::new(format!("`{}` cannot be made: {error}", folder.display()));
    if let Some((name, _)) = FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        let message = format!("`{}` is there already, and nothing is overwritten", folder.join(name).display());
        return Err(Trouble::new(message));
    }
    fs::create_dir_all(folder).map_err(failed)?;
    for (name, text) in FILES {
        replace(&folder.join(name), text)?;
        output.message(&format!("wrote {}", folder.join(name).display()));
    }
    output.message("now run `gatewright check` and `gatewright test` there");
    Ok(Exit::Fine)
}
