//! What can be written on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Write security controls for machine-learning systems once, check them, and give them to the tools that enforce them.
#[derive(Debug, Parser)]
#[command(name = "gatewright", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with the project
    Check(Check),
    /// Write what other tools run to `dist/`
    Build(Build),
    /// Decide whether something may go on, from its evidence
    Gate(Gate),
    /// Run the tests of the project
    Test(Test),
    /// Bring source files into the one format
    Fmt(Fmt),
    /// Explain a diagnostic's code, a control, or the message of a denial
    Explain(Explain),
    /// Start a project
    Init(Init),
    /// Collect evidence, or record how it was made
    #[command(subcommand)]
    Evidence(Evidence),
    /// Say what each target can express
    Targets(Targets),
    /// Write completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The project that a command works on.
#[derive(Debug, Args)]
pub struct Project {
    /// The project's folder, or one inside it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
}

/// How a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub struct Check {
    /// The project's folder, or one inside it
    #[arg(value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Also say which target enforces each block, and why the others do not
    #[arg(long)]
    pub explain_enforcement: bool,
    /// Also fail on warnings
    #[arg(long, value_name = "LEVEL", value_parser = ["warn"])]
    pub fail_on: Option<String>,
}

#[derive(Debug, Args)]
pub struct Build {
    /// The project's folder, or one inside it
    #[arg(value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// Only say whether what is there is what would be written
    #[arg(long)]
    pub check: bool,
    /// The folder to write to, relative to the project
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
}

/// What a decision is about.
#[derive(Debug, Args)]
pub struct About {
    #[command(flatten)]
    pub project: Project,
    /// The release to decide about: `model@version`; short for `--subject release=…`
    #[arg(long, value_name = "ASSET[@VERSION]", conflicts_with = "subject")]
    pub release: Option<String>,
    /// The subject to decide about, of any kind: `kind=asset@version`
    #[arg(long, value_name = "KIND=ASSET[@VERSION]")]
    pub subject: Option<String>,
    /// The folder, or the one file, of the model
    #[arg(long, value_name = "PATH")]
    pub files: Option<PathBuf>,
    /// The folder with the documents of the tools
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// The instant to decide at, such as 2026-11-23T09:00:00Z; now, if it is left out
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

/// How a verdict is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// SARIF 2.1.0
    Sarif,
}

#[derive(Debug, Args)]
pub struct Gate {
    /// The policy
    pub policy: String,
    #[command(flatten)]
    pub about: About,
    /// Decide on a subject document that was already collected; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["release", "subject", "files", "evidence"])]
    pub document: Option<PathBuf>,
    /// Decide on Kubernetes manifests (YAML or JSON), as the cluster would: `workload` is every kind of subject, or name one
    #[arg(long = "as", value_name = "SUBJECT", requires = "manifests", conflicts_with_all = ["release", "subject", "files", "evidence", "document"])]
    pub subject_kind: Option<String>,
    /// With `--as`: the manifests; `-` is standard input
    #[arg(value_name = "FILE", requires = "subject_kind")]
    pub manifests: Option<PathBuf>,
    /// With `--as`: the namespace of objects that name none
    #[arg(long, value_name = "NAME", requires = "subject_kind", default_value = crate::cluster::DEFAULT_NAMESPACE)]
    pub namespace: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = VerdictFormat::Human)]
    pub format: VerdictFormat,
    /// Also fail on warnings
    #[arg(long, value_name = "LEVEL", value_parser = ["warn"])]
    pub fail_on: Option<String>,
}

#[derive(Debug, Args)]
pub struct Test {
    /// The project's folder, or one inside it
    #[arg(value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// Run only tests whose name has this part
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Fmt {
    /// Files and folders; `-` reads standard input and prints
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Only say which files would change
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    pub project: Project,
    /// A code such as GW401, the name of a control, or the text of a denial
    #[arg(required = true, value_name = "CODE|CONTROL|TEXT")]
    pub what: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Init {
    /// The new project's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Write the one document on which the gate and Rego decide
    Collect {
        #[command(flatten)]
        about: About,
        /// Where to write it; standard output, if it is left out
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Run a tool, and record beside its reports what they are about
    Record(Record),
    /// Print the JSON Schema of a subject's document
    Schema {
        #[command(flatten)]
        project: Project,
        /// The subject, such as `release`
        subject: String,
    },
}

#[derive(Debug, Args)]
pub struct Record {
    /// The folder, or the one file, of the model that the tool looks at
    #[arg(long, value_name = "PATH")]
    pub files: PathBuf,
    /// A report that the tool writes; may be given several times
    #[arg(long, value_name = "FILE", required = true)]
    pub output: Vec<PathBuf>,
    /// The tool's name
    #[arg(long, value_name = "NAME")]
    pub tool: Option<String>,
    /// The tool's version, where its report does not state it
    #[arg(long, value_name = "VERSION")]
    pub tool_version: Option<String>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Targets {
    /// How to print
    #[arg(long, value_enum, default_value_t = TableFormat::Markdown)]
    pub format: TableFormat,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// A Markdown table
    Markdown,
    /// For programs
    Json,
}
