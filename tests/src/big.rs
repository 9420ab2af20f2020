//! Projects of any size, for benchmarks and for the bounds on time and memory.

use std::fmt::Write;

/// The text of a module with this many controls, about twenty lines each, as a team would write them.
pub fn controls(count: usize) -> String {
    let mut text = String::from(
        "import std.catalog.atlas@5.6.1\nimport std.subjects.{release}\n\nrole team { contact = \"team@acme.example\" }\n",
    );
    for index in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"
/// Control number {index}.
control c{index}(max_age: Duration = {days}d, limit: Int = {index}) {{
  severity  = high
  mitigates = [atlas["AML.T0010.003"]]
  owner     = team

  development on release {{
    require release.scan.critical == 0 and release.scan.high <= limit
      else "{{release.model.name}} {{release.version}}: {{release.scan.critical}} critical and {{release.scan.high}} high issues"
    require age(release.scan.finished_at) < max_age else "the scan is older than {{max_age}}"
    for f in release.files where f.name matches re".*\.pkl" {{
      require any r in release.files: r.sha256 == f.sha256 else "{{f.name}} is not covered"
    }}
    when has release.signature {{
      require count(release.files) > 0 else "no files"
    }}
  }}
}}
"#,
            days = index % 30 + 1,
        );
    }
    text
}
