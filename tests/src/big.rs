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

/// The same rules in Rego, as a team would write them for OPA: what the yardstick of the benchmarks reads.
pub fn rego(count: usize) -> String {
    let mut text = String::from("package big\n\nimport rego.v1\n");
    for index in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"
# Control number {index}.
c{index}_scan if {{ input.scan.critical == 0; input.scan.high <= {index} }}

c{index}_covered(f) if {{ some r in input.files; r.sha256 == f.sha256 }}

deny contains concat("", [input.model.name, " ", input.version, ": too many issues"]) if not c{index}_scan

deny contains "the scan is older than {days} days" if input.scan.age >= {days}

deny contains concat("", [f.name, " is not covered"]) if {{
  some f in input.files
  endswith(f.name, ".pkl")
  not c{index}_covered(f)
}}

deny contains "no files" if {{ input.signature; count(input.files) == 0 }}
"#,
            days = index % 30 + 1,
        );
    }
    text
}
