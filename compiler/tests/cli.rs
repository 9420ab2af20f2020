//! The command as its users run it: what it prints, what it leaves behind, and how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn gatewright(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the command can be started")
}

/// Runs the command and gives what it printed on both streams; its exit status must be the wanted one.
fn run(folder: &Path, arguments: &[&str], wanted: i32) -> (String, String) {
    let output = gatewright(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(wanted), "gatewright {arguments:?}\n{printed}\n{said}");
    (printed, said)
}

fn example() -> PathBuf {
    repository().join("examples/fraud-detection")
}

const CLEAN: &[&str] = &[
    "gate",
    "production",
    "--release",
    "fraud_v3@1.4.2",
    "--files",
    "models/clean",
    "--evidence",
    "evidence/clean",
    "--at",
    "2026-11-23T09:00:00Z",
];

const MALICIOUS: &[&str] = &[
    "gate",
    "production",
    "--release",
    "fraud_v3@1.4.3",
    "--files",
    "models/malicious",
    "--evidence",
    "evidence/malicious",
    "--at",
    "2026-11-23T09:00:00Z",
];

#[test]
fn the_clean_release_goes_through() {
    let (printed, _) = run(&example(), CLEAN, 0);
    insta::assert_snapshot!(printed);
}

#[test]
fn the_malicious_release_is_stopped() {
    let (printed, _) = run(&example(), MALICIOUS, 1);
    insta::assert_snapshot!(printed);
}

#[test]
fn a_waiver_ends_with_its_last_day() {
    let mut late = CLEAN.to_vec();
    late[9] = "2026-12-15T23:59:59Z";
    let (printed, _) = run(&example(), &late, 1);
    assert!(printed.contains("waived until 2026-12-15"), "{printed}");
    late[9] = "2026-12-16T00:00:00Z";
    let (printed, _) = run(&example(), &late, 1);
    assert!(!printed.contains("waived until"), "{printed}");
}

#[test]
fn warnings_can_stop_too() {
    let mut strict = CLEAN.to_vec();
    strict.extend(["--fail-on", "warn"]);
    run(&example(), &strict, 1);
}

#[test]
fn verdicts_are_told_to_programs() {
    for (format, snapshot) in [("json", "verdict_json"), ("sarif", "verdict_sarif")] {
        let mut arguments = MALICIOUS.to_vec();
        arguments.extend(["--format", format]);
        let (printed, _) = run(&example(), &arguments, 1);
        serde_json::from_str::<serde_json::Value>(&printed).expect("a verdict is JSON");
        insta::assert_snapshot!(snapshot, printed);
    }
}

#[test]
fn the_gate_decides_alike_on_a_collected_document() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let document = folder.path().join("release.json").display().to_string();
    let mut collect = vec!["evidence", "collect", "--output", &document];
    collect.extend(&CLEAN[2..]);
    run(&example(), &collect, 0);
    let (direct, _) = run(&example(), CLEAN, 0);
    let (read, _) =
        run(&example(), &["gate", "production", "--document", &document, "--at", "2026-11-23T09:00:00Z"], 0);
    assert_eq!(direct, read);
}

#[test]
fn what_is_built_is_what_is_kept() {
    let (_, said) = run(&example(), &["build", "--check"], 0);
    assert!(said.contains("what the policies say"), "{said}");
}

#[test]
fn building_is_whole_or_not_at_all() {
    let folder = copy_of_example();
    run(folder.path(), &["build"], 0);
    let built = fs::read_to_string(folder.path().join("dist/production/manifest.json")).expect("there is a manifest");
    assert_eq!(
        built,
        fs::read_to_string(example().join("dist/production/manifest.json")).expect("the example keeps its manifest")
    );
    // A broken policy leaves what is there.
    let policy = folder.path().join("policy.gate");
    let text = fs::read_to_string(&policy).expect("the policy can be read");
    fs::write(&policy, text.replace("emit ci.rego", "emit ci.rgo")).expect("the policy can be written");
    run(folder.path(), &["build"], 2);
    assert_eq!(
        built,
        fs::read_to_string(folder.path().join("dist/production/manifest.json")).expect("the manifest is still there")
    );
    // So does a folder that somebody else made.
    fs::write(&policy, text).expect("the policy can be written");
    fs::remove_file(folder.path().join("dist/production/manifest.json")).expect("the manifest can be removed");
    let (_, said) = run(folder.path(), &["build"], 3);
    assert!(said.contains("was not written by `gatewright build`"), "{said}");
    let (stale, _) = run(folder.path(), &["build", "--check"], 2);
    assert!(stale.contains("missing dist/production/manifest.json"), "{stale}");
}

fn copy_of_example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for name in ["gatewright.toml", "system.gate", "policy.gate", "tests.gate"] {
        fs::copy(example().join(name), folder.path().join(name)).expect("a file can be copied");
    }
    folder
}

#[test]
fn a_new_project_passes_its_own_tests() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let project = folder.path().join("new");
    let name = project.display().to_string();
    run(folder.path(), &["init", &name], 0);
    run(&project, &["check", "--fail-on", "warn"], 0);
    run(&project, &["test"], 0);
    run(&project, &["fmt", "--check"], 0);
    run(&project, &["build"], 0);
    let (_, said) = run(folder.path(), &["init", &name], 3);
    assert!(said.contains("nothing is overwritten"), "{said}");
}

#[test]
fn the_library_and_the_examples_pass_their_tests_and_are_formatted() {
    for project in ["stdlib/tests", "examples/fraud-detection"] {
        let folder = repository().join(project);
        run(&folder, &["check", "--fail-on", "warn"], 0);
        run(&folder, &["test"], 0);
        run(&folder, &["fmt", "--check"], 0);
    }
    run(&repository(), &["fmt", "--check", "stdlib"], 0);
}

#[test]
fn wrong_arguments_end_with_three() {
    let folder = example();
    let (_, said) = run(&folder, &["gate", "producton", "--release", "fraud_v3@1"], 3);
    assert!(said.contains("did you mean `production`?"), "{said}");
    let (_, said) = run(&folder, &["gate", "production", "--release", "fraud_v4@1"], 3);
    assert!(said.contains("did you mean `fraud_v3`?"), "{said}");
    run(&folder, &["gate", "production"], 3);
    run(&folder, &["gate", "production", "--release", "fraud_v3", "--at", "yesterday"], 3);
    run(&folder, &["frobnicate"], 3);
    run(&folder, &["check", "no-such-folder"], 3);
    run(&folder, &["explain", "GW999"], 3);
}

/// Missing or broken evidence is a decision, and never a passing one.
#[test]
fn broken_evidence_never_passes() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let evidence = folder.path().join("evidence");
    let path = evidence.display().to_string();
    let gate = |wanted: &str| {
        let arguments = [
            "gate",
            "production",
            "--release",
            "fraud_v3@1.4.2",
            "--files",
            "models/clean",
            "--evidence",
            &path,
            "--at",
            "2026-11-23T09:00:00Z",
        ];
        let (printed, _) = run(&example(), &arguments, 1);
        assert!(printed.contains(wanted), "{wanted} is not said:\n{printed}");
    };
    gate("modelscan.json is missing");
    fs::create_dir(&evidence).expect("a folder can be made");
    let report = evidence.join("modelscan.json");
    for (text, wanted) in [
        (&b""[..], "modelscan.json"),
        (b"{\"summary\": ", "modelscan.json"),
        (b"{\"summary\": {}, \"summary\": {}}", "summary"),
        (b"\xff\xfe{}", "modelscan.json"),
        (b"[1]", "modelscan.json"),
    ] {
        fs::write(&report, text).expect("a report can be written");
        gate(wanted);
    }
    fs::write(&report, "[".repeat(200_000)).expect("a report can be written");
    gate("modelscan.json");
    fs::remove_file(&report).expect("a report can be removed");
    fs::create_dir(&report).expect("a folder can be made");
    gate("is a directory");
    #[cfg(unix)]
    {
        fs::remove_dir(&report).expect("a folder can be removed");
        std::os::unix::fs::symlink(&report, &report).expect("a link can be made");
        gate("modelscan.json");
    }
}

/// Source files that cannot be read are errors with a place, never a crash.
#[test]
fn broken_sources_are_said() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("binary.gate"), b"control \xff").expect("a file can be written");
    let (_, said) = run(folder.path(), &["check"], 2);
    assert!(said.contains("GW202") && said.contains("binary.gate"), "{said}");
    fs::remove_file(at("binary.gate")).expect("a file can be removed");
    fs::create_dir(at("folder.gate")).expect("a folder can be made");
    let (_, said) = run(folder.path(), &["check"], 2);
    assert!(said.contains("GW201") && said.contains("folder.gate"), "{said}");
    fs::remove_dir(at("folder.gate")).expect("a folder can be removed");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), at("loop")).expect("a link can be made");
    let deep = format!("fn deep(x: Bool): Bool = {}x{}", "(".repeat(100_000), ")".repeat(100_000));
    fs::write(at("deep.gate"), deep).expect("a file can be written");
    let (_, said) = run(folder.path(), &["check"], 2);
    assert!(said.contains("GW104"), "{said}");
    fs::write(at("deep.gate"), "import other\n").expect("a file can be written");
    fs::write(at("other.gate"), "import deep\n").expect("a file can be written");
    let (_, said) = run(folder.path(), &["check"], 2);
    assert!(said.contains("GW207"), "{said}");
    fs::write(at("gatewright.toml"), "naem = \"x\"\n").expect("a file can be written");
    let (_, said) = run(folder.path(), &["check"], 3);
    assert!(said.contains("naem"), "{said}");
}

#[test]
fn everything_can_be_explained() {
    let folder = example();
    let (printed, _) = run(&folder, &["explain", "gw401"], 0);
    assert!(printed.starts_with("# GW401"), "{printed}");
    let (printed, _) = run(&folder, &["explain", "model_signed"], 0);
    assert!(printed.contains("applied: enforce by policy production"), "{printed}");
    let (printed, _) = run(
        &folder,
        &[
            "explain",
            "device-features has no licence in the bill of materials; add its terms, or leave the part out of the model",
        ],
        0,
    );
    assert!(printed.contains("bom_complete"), "{printed}");
}

#[test]
fn targets_and_completions_are_printed() {
    let (printed, _) = run(&example(), &["targets"], 0);
    insta::assert_snapshot!("targets", printed);
    let (printed, _) = run(&example(), &["targets", "--format", "json"], 0);
    serde_json::from_str::<serde_json::Value>(&printed).expect("the table is JSON");
    let (printed, _) = run(&example(), &["completions", "bash"], 0);
    assert!(printed.contains("gatewright"), "{printed}");
    let (printed, _) = run(&example(), &["evidence", "schema", "release"], 0);
    serde_json::from_str::<serde_json::Value>(&printed).expect("a schema is JSON");
}

#[test]
fn a_run_is_recorded() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let model = example().join("models/clean").display().to_string();
    let report = folder.path().join("report.json").display().to_string();
    let record = [
        "evidence",
        "record",
        "--files",
        &model,
        "--output",
        &report,
        "--tool",
        "copy",
        "--tool-version",
        "1.0.0",
        "--",
        "cp",
    ];
    let source = example().join("evidence/clean/modelscan.json").display().to_string();
    let arguments: Vec<&str> = record.into_iter().chain([source.as_str(), report.as_str()]).collect();
    run(folder.path(), &arguments, 0);
    let text = fs::read_to_string(format!("{report}.record.json")).expect("the record is there");
    let record: serde_json::Value = serde_json::from_str(&text).expect("the record is JSON");
    assert_eq!(record["predicate"]["exitCode"], 0);
    assert_eq!(record["predicate"]["tool"]["version"], "1.0.0");
}

/// Every command of the README is one that the tests run.
#[test]
fn the_readme_names_commands_that_exist() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README can be read");
    let (help, _) = run(&repository(), &["--help"], 0);
    let mut seen = 0;
    for line in readme.lines().filter_map(|line| line.strip_prefix("gatewright ")) {
        let command = line.split_whitespace().next().unwrap_or_default();
        assert!(
            help.contains(&format!("  {command} ")),
            "the README runs `gatewright {command}`, which does not exist"
        );
        seen += 1;
    }
    assert!(seen >= 6, "the README shows only {seen} commands");
    assert!(repository().join("examples/fraud-detection/run").is_file());
}

/// The README's blocks of commands, as a reader would paste them.
#[cfg(unix)]
#[test]
fn the_readmes_commands_run() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README can be read");
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let tool = Path::new(env!("CARGO_BIN_EXE_gatewright")).parent().expect("a folder").display().to_string();
    let path = format!("{tool}:{}", std::env::var("PATH").unwrap_or_default());
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut seen = 0;
    for block in blocks.filter(|block| block.lines().any(|line| line.starts_with("gatewright "))) {
        // A new project is made in a place of its own; the examples are where they are.
        let at = if block.contains(" init ") { folder.path().to_path_buf() } else { repository() };
        let output = Command::new("sh").args(["-euc", block]).env("PATH", &path).current_dir(at).output();
        let output = output.expect("a shell can be started");
        assert!(output.status.success(), "{block}\n{}", String::from_utf8_lossy(&output.stderr));
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn a_test_of_a_control_says_what_it_accepts() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let text = r#"evidence Notes {
  tool   = "notes"
  format = json
  file   = "notes.json"
  about  = unbound

  valid when pages >= 1 else "an empty report"

  pages: Int
  bad:   Int
}

subject build of model at gate {
  version: Text
  notes:   Notes
}

role ciso { may_waive = critical }

system fraud: Predictive {
  owner    = ciso
  exposure = internet

  model scorer { format = onnx }
}

control clean {
  severity = high

  development on build {
    require build.notes.bad == 0 else "{build.notes.bad} bad pages"
  }
}

test "accepted" {
  given clean()
  given accept unbound Notes
  given build from "evidence"
  expect pass clean
}

test "not accepted" {
  given clean()
  given build from "evidence"
  expect indeterminate clean
}
"#;
    fs::write(folder.path().join("main.gate"), text).expect("a file can be written");
    fs::create_dir(folder.path().join("evidence")).expect("a folder can be made");
    fs::write(folder.path().join("evidence/notes.json"), r#"{"pages": 2, "bad": 0}"#).expect("a file can be written");
    run(folder.path(), &["test"], 0);
    fs::write(folder.path().join("main.gate"), text.replace("  given accept unbound Notes\n", ""))
        .expect("a file can be written");
    run(folder.path(), &["test"], 1);
}

#[test]
fn a_pin_of_nothing_is_said_in_the_projects_choices() {
    let copy = copy_of_example();
    let choices = copy.path().join("gatewright.toml");
    let text = fs::read_to_string(&choices).expect("the choices can be read");
    fs::write(
        &choices,
        format!("{}\n[catalogs]\natlas = \"4\"\n", text.split("[catalogs]").next().unwrap_or_default()),
    )
    .expect("a file can be written");
    let (_, said) = run(copy.path(), &["check"], 2);
    assert!(said.contains("GW214") && said.contains("gatewright.toml:"), "{said}");
}

#[test]
fn the_version_of_the_clusters_is_checked_and_recorded() {
    let copy = copy_of_example();
    let choices = copy.path().join("gatewright.toml");
    let text = fs::read_to_string(&choices).expect("the choices can be read");
    for (version, wanted) in
        [("1.29", "older than 1.30"), ("1.38", "knows Kubernetes up to 1.37"), ("latest", "no version of Kubernetes")]
    {
        fs::write(&choices, format!("{text}\n[kubernetes]\nversion = \"{version}\"\n")).expect("a file can be written");
        let (_, said) = run(copy.path(), &["check"], 2);
        assert!(said.contains("GW215") && said.contains("gatewright.toml:") && said.contains(wanted), "{said}");
    }
    for (choice, wanted) in [("", "1.37"), ("\n[kubernetes]\nversion = \"1.31\"\n", "1.31")] {
        fs::write(&choices, format!("{text}{choice}")).expect("a file can be written");
        run(copy.path(), &["build"], 0);
        let manifest =
            fs::read_to_string(copy.path().join("dist/production/manifest.json")).expect("there is a manifest");
        assert!(manifest.contains(&format!("\"kubernetes\": \"{wanted}\"")), "{manifest}");
    }
    fs::write(&choices, format!("{text}\n[kubernetes]\nverison = \"1.31\"\n")).expect("a file can be written");
    let (_, said) = run(copy.path(), &["check"], 3);
    assert!(said.contains("verison"), "{said}");
}
